/** A region's director gets a new key while two of its five hosts are away, on real programs. The tests stand in order. */
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { readKeptGoal } from '../../agent/gateway/keep-goal.ts';
import { regionName, serviceName } from '../../domain/names.ts';
import { keyFiles } from '../../infra/keys/create-trust.ts';
import { readPublicKey } from '../../infra/keys/read-keys.ts';
import { readShownHosts } from '../../infra/postgres/region/host-records.ts';
import { HostRecord } from '../../infra/postgres/region/entities/hosts.ts';
import { keyId } from '../../protocol/dsse.ts';
import { openStackDatabases, type StackDatabases } from '../crash/evidence/databases.ts';
import { restartVictim } from '../crash/harm/signals.ts';
import { until } from '../crash/run/patience.ts';
import { openRunningStack, type RunningStack } from '../crash/stack/running-stack.ts';
import { patienceMs } from '../patience.ts';
import { openRegionStack, service, type RegionStack } from './region-stack.ts';

const region = regionName('eu-west');
const hosts = [1, 2, 3, 4, 5].map((number) => `${region}-${number}`);
const [stayed, early, late] = [hosts.slice(0, 3), hosts[3]!, hosts[4]!] as const;
const absentAfterMs = 30_000;
const goOn = new Map<string, () => void>();
let stack: RegionStack;
let running: RunningStack;
let databases: StackDatabases;
beforeAll(async () => {
  stack = await openRegionStack({ regions: 1, hosts: hosts.length });
  running = openRunningStack(stack.shape.data.root);
  databases = await openStackDatabases(running.addresses);
  await deployed('one');
});
afterAll(async () => {
  await databases?.close();
  await stack?.close();
});

const merged = (greeting: string): Promise<number> =>
  stack.mergeFiles(greeting, {
    'slipway.yaml': `service: ${service}
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 30s, interval: 250ms, healthyAfter: 2, unhealthyAfter: 2 }
rollout:
  absentAfter: ${absentAfterMs / 1000}s
  stages: [{ name: world, regions: [${region}], batches: [100%] }]
`,
    'server.mjs': `import { createServer } from 'node:http';
const { PORT, SLIPWAY_HOST } = process.env;
createServer((request, response) => response.end('${greeting} from ' + SLIPWAY_HOST)).listen(Number(PORT), '127.0.0.1');
`,
  });
const ended = (deployment: number) => stack.untilDeployment(deployment, ({ outcome }) => outcome !== null);
async function deployed(greeting: string): Promise<void> {
  const { outcome, regions } = await ended(await merged(greeting));
  expect([outcome, regions[0]!.missing]).toEqual(['succeeded', {}]);
  await stack.untilAnswers(greeting, ...hosts);
}

const program = path.resolve(import.meta.dirname, '../../infra/keys/root-command.ts');
const key = (file: string): string => path.join(stack.shape.data.keys, file);
/** As docs/how-to/rotate-keys.md says: another root key first, so that nobody gets to the second document but by the first. */
function publishRoots(): void {
  const root = (...args: string[]) =>
    execFileSync(process.execPath, [program, ...args], {
      cwd: stack.shape.data.keys,
      stdio: 'pipe',
    });
  const propose = (by: string, ...change: string[]) =>
    root('propose', keyFiles.root, '--out', 'proposal.json', '--key', by, ...change);
  const publish = () => root('publish', 'proposal.json', '--root', keyFiles.root);
  for (const made of ['next-root.pem', 'director.pem']) root('make-key', made);
  propose(keyFiles.rootKey, '--root-key', 'next-root.pem.pub');
  root('sign', 'proposal.json', '--key', 'next-root.pem');
  publish();
  propose('next-root.pem', '--director', `${region}=director.pem.pub`);
  publish();
}

/** Which root document each host says that it trusts. */
const trusted = async (...which: readonly string[]) => {
  const said = await databases.region(region).find(HostRecord, {});
  return which.map((host) => said.find(({ id }) => id === host)?.rootVersion);
};
const untilTrusted = (...which: readonly string[]) =>
  until(`${which.join(', ')} to trust version 3`, patienceMs, async () =>
    (await trusted(...which)).every((version) => version === 3) ? true : undefined,
  );
async function shown(...which: readonly string[]) {
  const all = await readShownHosts(databases.regionDatabase(region), serviceName(service));
  const found = all.filter(({ host }) => which.includes(host));
  expect(found).toHaveLength(which.length);
  return found;
}
const untilAbsent = (...which: readonly string[]) =>
  until(`${which.join(', ')} to be absent`, patienceMs, async () =>
    (await shown(...which)).every(({ reportAgeMs }) => reportAgeMs! > absentAfterMs) ? true : undefined,
  );
const untilRefused = (...which: readonly string[]) =>
  until(`${which.join(', ')} to refuse the goal`, patienceMs, async () => {
    const reasons = (await shown(...which)).map(({ services }) => services[0]?.reason ?? '');
    return reasons.every((reason) => reason.includes('not signed by the director')) || undefined;
  });

let deployment: number;
test('what the old key signs after the new root is refused by hosts that stayed, and by one that comes back to it', async () => {
  for (const host of [early, late]) goOn.set(host, stack.freeze(`agent-${host}`));
  publishRoots();
  await untilTrusted(...stayed);
  await untilAbsent(early, late);
  expect(await trusted(early, late)).toEqual([1, 1]);
  // The region's worker still has the key that it read at its start, as a thief has it.
  deployment = await merged('two');
  await untilRefused(...stayed);
  goOn.get(early)!();
  await untilRefused(early);
  expect(await trusted(early)).toEqual([3]);
  await stack.untilAnswers('one', ...hosts);
});

test('what the new key signs is obeyed by all that are there, while one of five is still away', async () => {
  copyFileSync(key('director.pem'), key(keyFiles.director(region)));
  await restartVictim(running, `region-worker-${region}`)!();
  const { outcome, regions } = await ended(deployment);
  expect([outcome, regions[0]!.missing]).toEqual(['succeeded', { absent: { count: 1, hosts: [late] } }]);
  await stack.untilAnswers('two', ...stayed, early);
  expect(await stack.ask(late)).toBe(`one from ${late}`);
  expect(await trusted(late)).toEqual([1]);
});

test('one that was away all the time gets from root to root, obeys the new key, and is deployed to as any other', async () => {
  goOn.get(late)!();
  await stack.untilAnswers('two', ...hosts);
  await untilTrusted(late);
  await deployed('three');
  const director = keyId(await readPublicKey(key('director.pem.pub')));
  for (const host of hosts) {
    const kept = await readKeptGoal(openAgentDirectory(stack.shape.data.agent(host)).service(serviceName(service)));
    expect(kept?.goal.signatures.map(({ keyid }) => keyid)).toEqual([director]);
  }
});
