import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { programEnvironment } from '../../../test/program-environment.ts';
import type { Findings } from './enumerate.ts';
import type { ScenarioName } from './scenarios.ts';

const main = path.join(import.meta.dirname, 'main.ts');

type Row = [what: string, scenario: ScenarioName, fewest: number];

export const firstInstallation: Row = ['the first installation', 'first', 80];

/**
 * With the fewest operations that each has: an enumeration of nothing would hold every rule. `revert` takes minutes, so only
 * main.ts runs it.
 */
export const scenarios: readonly Row[] = [
  ['an installation, its switch and its confirmation', 'update', 80],
  ['a finish, which moves the way back and collects', 'finish', 30],
  ['an undo', 'undo', 15],
];

/** One run of main.ts under a busy machine. */
export const disturbMs = 300_000;

/** Agents by the dozen in a process of its own: what stands between them and the disk can't be put into Jest's. */
export async function disturb(scenario: ScenarioName, how: string): Promise<Findings> {
  const child = spawn(process.execPath, [main, scenario, how], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: programEnvironment,
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  await once(child, 'close');
  if (!output.startsWith('{')) throw new Error(`${scenario} ${how} ended without a word`);
  return JSON.parse(output) as Findings;
}
