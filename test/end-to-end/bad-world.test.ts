/** What a release is to blame for and what it isn't, on real hosts. The tests stand in order. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';
import { openRegionStack, service, type RegionStack } from './region-stack.ts';

const region = 'eu-west';
const hosts = [1, 2, 3, 4, 5].map((number) => `${region}-${number}`);
let stack: RegionStack;
/** Files that say how things are, to instances. */
let dependency: string;
let badRelease: string;
let slowStart: string;
beforeAll(async () => {
  stack = await openRegionStack({ regions: 1, hosts: hosts.length });
  const named = (name: string): string => path.join(stack.shape.data.root, 'run', name);
  [dependency, badRelease, slowStart] = [named('dependency'), named('bad-release'), named('slow-start')];
  writeFileSync(dependency, 'up');
  const deployment = await merged('one', '');
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
});
afterAll(() => stack?.close());

/** Every release is well while what it depends on is there, and this one while `badWith` isn't. */
const merged = (greeting: string, badWith: string): Promise<number> =>
  stack.mergeFiles(greeting, {
    'slipway.yaml': `service: ${service}
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: ${badWith === '' ? '15s' : '1m'}, interval: 500ms, healthyAfter: 2, unhealthyAfter: 2 }
rollout:
  absentAfter: 10s
  stages: [{ name: world, regions: [${region}], batches: [1, 60%, 100%] }]
  budget: { failed: 5%, cap: 50 }
rollback: { automatic: true, lockAfter: false }
`,
    'server.mjs': `import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
const { PORT, SLIPWAY_HOST } = process.env;
const isSlow = existsSync('${slowStart}');
const isWell = () => existsSync('${dependency}') && !isSlow && !existsSync('${badWith}');
createServer((request, response) => {
  if (request.url !== '/healthz') return response.end('${greeting} from ' + SLIPWAY_HOST);
  response.writeHead(isWell() ? 200 : 500).end();
}).listen(Number(PORT), '127.0.0.1');
`,
  });

/** Its canary is well; the two hosts of its second batch are starting, and two more run the release before. */
async function midway(greeting: string): Promise<number> {
  const deployment = await merged(greeting, badRelease);
  await until(`the canary to run ${greeting}`, patienceMs, async () => {
    const answers = await Promise.all(hosts.map(stack.ask));
    return answers.some((answer) => answer?.startsWith(greeting)) || undefined;
  });
  writeFileSync(slowStart, '');
  await stack.untilDeployment(deployment, ({ regions }) => regions[0]?.batch === 2);
  return deployment;
}
const shown = (deployment: number): Promise<string> => text(stack.slipway('show', `${service}/${deployment}`).stdout!);

test('where only hosts with the release get worse it is undone as a bad release, with the numbers of both groups', async () => {
  const deployment = await midway('two');
  writeFileSync(badRelease, '');
  const { outcome, reason } = await stack.untilDeployment(deployment, (seen: Deployment) => seen.outcome !== null);
  const why =
    /of 3 hosts 1 failed, 0 allowed: .+ \(eu-west-\d\); bad release: of [23] without the release 0 are unhealthy, 0 allowed/;
  expect([outcome, reason]).toEqual(['undone', expect.stringMatching(why)]);
  expect(await shown(deployment)).toMatch(why);
  rmSync(slowStart);
  rmSync(badRelease);
  await stack.untilAnswers('one', ...hosts);
});

test('where what all of them depend on breaks, it is held as a bad world, with the numbers of both groups', async () => {
  const deployment = await midway('three');
  rmSync(dependency);
  const seen = await stack.untilDeployment(deployment, ({ held, outcome }) => held || outcome !== null);
  const why =
    /of 3 hosts 1 failed, 0 allowed: .+ \(eu-west-\d\); bad world: of [23] without the release [1-3] (is|are) unhealthy too, 0 allowed/;
  expect([seen.outcome, seen.why?.cause]).toEqual([null, expect.stringMatching(why)]);
  expect(seen.regions[0]).toMatchObject({ state: 'rolling', reason: expect.stringMatching(why) });
  expect(await shown(deployment)).toMatch(why);
});

test('nobody else switches while it is held; an abort takes back those that had, once the world is well', async () => {
  const { items } = await stack.mo.call('listDeployments', { path: { service }, query: { limit: 1 } });
  const deployment = items[0]!.number;
  const answers = await Promise.all(hosts.map(stack.ask));
  expect(answers.filter((answer) => answer?.startsWith('one')).length).toBeGreaterThanOrEqual(2);
  rmSync(slowStart);
  writeFileSync(dependency, 'up');
  await stack.mo.call('abort', { path: { service, deployment }, body: { reason: 'the network', hold: false } });
  const { outcome } = await stack.untilDeployment(deployment, (seen) => seen.outcome !== null);
  expect(outcome).toBe('undone');
  await stack.untilAnswers('one', ...hosts);
});
