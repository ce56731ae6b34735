/**
 * `node agent/testing/operations/main.ts <scenario> <how>`: one JSON line with what was found, and exit code 1 when a rule
 * was broken. How: `kill`, `fail`, `fail-late`, `full`, `quota` (full for the agent's account alone), `inodes`, `power`, `damage`,
 * `damage-boot`; `trace` lists the operations.
 */
import { Enumeration, type Disturbance, type Enumerated, type Examined } from './enumerate.ts';
import type { FileOperation } from './file-operation.ts';
import type { AnyScenarioName } from './disturb.ts';
import { IdentityEnumeration } from './identity-enumeration.ts';
import { identityScenarioNames, type IdentityScenarioName } from './identity-scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

const disturbances: Readonly<Record<string, readonly Disturbance[]>> = {
  kill: [(at) => ({ do: 'kill', when: 'before', at }), (at) => ({ do: 'kill', when: 'after', at })],
  fail: [(at) => ({ do: 'fail', code: 'EIO', at, until: 'passed' })],
  'fail-late': [(at) => ({ do: 'fail-late', at })],
  inodes: [(at) => ({ do: 'inodes', at })],
  full: [(at) => ({ do: 'fail', code: 'ENOSPC', at, until: 'freed' })],
  quota: [(at) => ({ do: 'fail', code: 'EDQUOT', at, until: 'freed' })],
};

// What a killed agent still wanted to do is nobody's any more.
process.on('unhandledRejection', (error) => {
  if (!String(error).includes('killed')) throw error;
});

const [scenario = 'update', how = 'kill'] = process.argv.slice(2) as [AnyScenarioName?, string?];
const startedAt = performance.now();
const enumeration = await open(scenario);
const operations = await enumeration.trace();
if (how === 'trace') operations.forEach(print);
const { runs, broken } = await examine();
await enumeration.close();
const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
console.log(JSON.stringify({ scenario, how, operations: operations.length, runs, seconds, broken }));
process.exit(broken.length === 0 ? 0 : 1);

function open(name: AnyScenarioName): Promise<Enumerated> {
  const isOfIdentity = (identityScenarioNames as readonly string[]).includes(name);
  return isOfIdentity ? IdentityEnumeration.open(name as IdentityScenarioName) : Enumeration.open(name as ScenarioName);
}

function examine(): Promise<Examined> {
  if (how === 'power') return enumeration.losePower();
  if (how === 'damage') return enumeration.damage(false);
  if (how === 'damage-boot') return enumeration.damage(true);
  return enumeration.disturb(operations, disturbances[how] ?? []);
}

function print(operation: FileOperation, index: number): void {
  const { kind, path, ...more } = operation;
  const data = 'data' in more ? more.data.toString('utf8').slice(0, 80) : JSON.stringify(more);
  console.log(index + 1, kind, path, data);
}
