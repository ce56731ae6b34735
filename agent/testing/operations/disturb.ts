import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { programEnvironment } from '../../../test/program-environment.ts';
import type { Findings } from './enumerate.ts';
import type { IdentityScenarioName } from './identity-scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

export type AnyScenarioName = ScenarioName | IdentityScenarioName;

const main = path.join(import.meta.dirname, 'main.ts');

/** What each does, with the fewest operations that it has: an enumeration of nothing would hold every rule. */
export const described: Readonly<Record<AnyScenarioName, readonly [what: string, fewest: number]>> = {
  first: ['the first installation', 80],
  update: ['an installation, its switch and its confirmation', 80],
  many: ['an installation of more files than are synced one by one', 300],
  finish: ['a finish, which moves the way back and collects', 30],
  revert: ['an installation, its switch, its failure and the way back', 100],
  'going-back': ['the way back from a release that failed', 150],
  undo: ['an undo', 30],
  rollback: ["an operator's rollback, beside its agent", 30],
  'rollback-alone': ["an operator's rollback, without an agent", 20],
  enrol: ['an enrolment', 11],
  'enrol-again': ['an enrolment of a host that the region had revoked', 13],
  renew: ['the renewal of a certificate', 16],
  mend: ['the mending of a changed tree', 80],
};

/** One run of main.ts on a busy machine: hundreds of hosts, of which each has its own patience. */
export const disturbMs = 600_000;

/** Agents by the dozen in a process of its own: what stands between them and the disk can't be put into Jest's. */
export async function disturb(scenario: AnyScenarioName, how: string): Promise<Findings> {
  const child = spawn(process.execPath, ['--disable-warning=DEP0137', main, scenario, how], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: programEnvironment,
  });
  let [output, said] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  if (!output.startsWith('{')) throw new Error(`${scenario} ${how} ended without a word: ${said}`);
  return JSON.parse(output) as Findings;
}
