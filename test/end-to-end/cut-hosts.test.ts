/** Hosts that their region's gateway does not hear, on real hosts, each behind a link of its own. The tests stand in order. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { instancePortsPerHost, type Addresses } from '../../infra/local/addresses.ts';
import type { Program } from '../../infra/local/programs.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';
import { openSwitchablePort, type SwitchablePort } from '../switchable-port.ts';
import { openRegionStack, service, type RegionStack } from './region-stack.ts';

const region = 'eu-west';
const hosts = [1, 2, 3, 4, 5].map((number) => `${region}-${number}`);
const absentAfterMs = 10_000;
let stack: RegionStack;
const links = new Map<string, SwitchablePort>();
/** While this file is there, instances that start are not ready. */
let slowStart: string;
beforeAll(async () => {
  stack = await openRegionStack({
    regions: 1,
    hosts: hosts.length,
    prepare: async ({ addresses }) => {
      for (const host of hosts) links.set(host, await linkBeside(addresses));
      return { adjust: behindItsLink, close: () => cut(hosts) };
    },
  });
  slowStart = path.join(stack.shape.data.root, 'run', 'slow-start');
  const deployment = await merged('one');
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
});
afterAll(() => stack?.close());

/** On no port that the stack has chosen, which it binds later. */
async function linkBeside(addresses: Addresses): Promise<SwitchablePort> {
  const { firstInstance, gateways, ...others } = addresses;
  const link = await openSwitchablePort({ host: '127.0.0.1', port: gateways[0]! });
  const instances = hosts.length * instancePortsPerHost;
  const isInstance = link.port >= firstInstance && link.port < firstInstance + instances;
  if (!isInstance && ![...gateways, ...Object.values(others)].includes(link.port)) return link;
  await link.down();
  return linkBeside(addresses);
}

const cut = async (which: readonly string[]): Promise<void> => {
  await Promise.all(which.map((host) => links.get(host)!.down()));
};
const heal = async (which: readonly string[]): Promise<void> => {
  await Promise.all(which.map((host) => links.get(host)!.up()));
};

function behindItsLink(program: Program): Program {
  const link = links.get(program.name.replace('agent-', ''));
  if (link === undefined) return program;
  const { command } = program;
  const url = new URL(command.env['SLIPWAY_GATEWAY_URL']!);
  url.port = String(link.port);
  return { ...program, command: { ...command, env: { ...command.env, SLIPWAY_GATEWAY_URL: url.href } } };
}

const merged = (greeting: string): Promise<number> =>
  stack.mergeFiles(greeting, {
    'slipway.yaml': `service: ${service}
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 10m, interval: 500ms, healthyAfter: 6, unhealthyAfter: 2 }
rollout:
  absentAfter: ${absentAfterMs / 1000}s
  undoDeadline: 20s
  stages: [{ name: world, regions: [${region}], batches: [1, 60%, 100%] }]
  budget: { failed: 5%, cap: 50 }
rollback: { automatic: true, lockAfter: false }
`,
    'server.mjs': `import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
const { PORT, SLIPWAY_HOST } = process.env;
let isSlow = existsSync('${slowStart}');
createServer((request, response) => {
  if (request.url !== '/healthz') return response.end('${greeting} from ' + SLIPWAY_HOST);
  isSlow &&= existsSync('${slowStart}');
  response.writeHead(isSlow ? 503 : 200).end();
}).listen(Number(PORT), '127.0.0.1');
`,
  });

/** Which hosts' instances answer so, whether the region hears of it or not. */
async function answering(greeting: string): Promise<readonly string[]> {
  const answers = await Promise.all(hosts.map(stack.ask));
  return hosts.filter((host, index) => answers[index] === `${greeting} from ${host}`);
}
const untilSoMany = (greeting: string, count: number): Promise<readonly string[]> =>
  until(`${count} hosts to answer ${greeting}`, patienceMs, async () => {
    const which = await answering(greeting);
    return which.length >= count ? which : undefined;
  });

/** Its canary is well, and the two hosts of its second batch start the release. */
async function midway(greeting: string): Promise<{ readonly deployment: number; readonly second: readonly string[] }> {
  const deployment = await merged(greeting);
  const [canary] = await untilSoMany(greeting, 1);
  writeFileSync(slowStart, '');
  const three = await untilSoMany(greeting, 3);
  await stack.untilDeployment(deployment, ({ regions }) => regions[0]?.batch === 2);
  return { deployment, second: three.filter((host) => host !== canary) };
}

test('while none is heard nothing is begun or called healthy, and hosts run on; healed, it goes on as if nothing had been', async () => {
  const { deployment } = await midway('two');
  await cut(hosts);
  rmSync(slowStart);
  // Nothing is to happen meanwhile, for three times the silence after which one host alone would be lost.
  await new Promise((resolve) => setTimeout(resolve, 3 * absentAfterMs));
  const during = await stack.untilDeployment(deployment, () => true);
  expect(during).toMatchObject({ outcome: null, held: false });
  expect(during.regions[0]).toMatchObject({ batch: 2, state: 'rolling' });
  expect(during.regions[0]!.hosts.healthy).toBeLessThanOrEqual(1);
  expect([(await answering('one')).length, (await answering('two')).length]).toEqual([2, 3]);
  await heal(hosts);
  const { outcome, reason } = await stack.untilDeployment(deployment, (seen) => seen.outcome !== null);
  expect([outcome, reason]).toEqual(['succeeded', expect.anything()]);
  await stack.untilAnswers('two', ...hosts);
});

test('one that is cut off before its batch is named and waited for by nobody, and gets the release when it is heard again', async () => {
  const lost = hosts.at(-1)!;
  await cut([lost]);
  // It is absent when its last report is so old.
  await new Promise((resolve) => setTimeout(resolve, absentAfterMs + 2_000));
  const deployment = await merged('three');
  const { outcome, regions } = await stack.untilDeployment(deployment, (seen) => seen.outcome !== null);
  expect(outcome).toBe('succeeded');
  expect(regions[0]!.missing).toEqual({ absent: { count: 1, hosts: [lost] } });
  expect(await answering('two')).toEqual([lost]);
  await heal([lost]);
  await stack.untilAnswers('three', ...hosts);
});

test('more than the budget that are lost in their batch undo it; they go back themselves when they are heard again', async () => {
  const { deployment, second } = await midway('four');
  await cut(second);
  rmSync(slowStart);
  const { outcome, reason } = await stack.untilDeployment(deployment, (seen) => seen.outcome !== null);
  expect([outcome, reason]).toEqual([
    'undone',
    expect.stringMatching(/of 3 hosts [12] lost, 0 allowed: no report for \d+ s .*; bad release: of 2 without/),
  ]);
  await stack.untilAnswers('three', ...hosts.filter((host) => !second.includes(host)));
  expect(await answering('four')).toEqual(second);
  await heal(second);
  await stack.untilAnswers('three', ...hosts);
});
