/** Regions that lose the centre in the middle of a batch, on real programs. The tests stand in order. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploymentNumber, regionName, serviceName, type RegionName } from '../../domain/names.ts';
import { openStackDatabases, type StackDatabases } from '../crash/evidence/databases.ts';
import { readCentre, readDeployments } from '../crash/evidence/read-centre.ts';
import { byItsLinks, openCentreLinks, type CentreLinks } from '../crash/harm/centre-links.ts';
import { auditIsWhole } from '../crash/promises/audit-is-whole.ts';
import { until } from '../crash/run/patience.ts';
import { openRunningStack } from '../crash/stack/running-stack.ts';
import { patienceMs } from '../patience.ts';
import { tlsRequest } from '../tls-request.ts';
import { readRegionRecord, type RegionRecord } from './region-record.ts';
import { centre, openRegionStack, service, type RegionStack } from './region-stack.ts';

const dark = regionName('eu-west');
const lit = regionName('us-east');
const regions = [dark, lit];
const hostsOf = (region: RegionName): readonly string[] => [1, 2, 3, 4].map((number) => `${region}-${number}`);
/** Of how many hosts each batch is, of four. */
const batchSizes = [2, 1, 1];

let stack: RegionStack;
let databases: StackDatabases;
let links: CentreLinks;
beforeAll(async () => {
  stack = await openRegionStack({
    hosts: 4,
    prepare: async (shape) => {
      links = await openCentreLinks(shape);
      const ofDark = new Map([[dark, links]]);
      const close = async (): Promise<void> => [links.temporal, links.api].forEach((link) => link.close());
      return { adjust: (program) => byItsLinks(program, ofDark), close };
    },
  });
  databases = await openStackDatabases(openRunningStack(stack.shape.data.root).addresses);
  const deployment = await merged('one');
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
});
afterAll(async () => {
  await databases?.close();
  await stack?.close();
});

/** While this file is there, instances that start in the region are not ready. */
const slowStart = (region: RegionName): string => path.join(stack.shape.data.root, 'run', `slow-start-${region}`);

const merged = (greeting: string): Promise<number> =>
  stack.mergeFiles(greeting, {
    'slipway.yaml': `service: ${service}
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 10m, interval: 500ms, healthyAfter: 2, unhealthyAfter: 2 }
rollout:
  absentAfter: 30s
  stages: [{ name: world, regions: [${regions.join(', ')}], batches: [50%, 75%, 100%] }]
  budget: { failed: 5%, cap: 50 }
`,
    'server.mjs': `import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
const { PORT, SLIPWAY_HOST } = process.env;
const slowStart = '${slowStart('' as RegionName)}' + SLIPWAY_HOST.replace(/-\\d+$/, '');
let isSlow = existsSync(slowStart);
createServer((request, response) => {
  if (request.url !== '/healthz') return response.end('${greeting} from ' + SLIPWAY_HOST);
  isSlow &&= existsSync(slowStart);
  response.writeHead(isSlow ? 503 : 200).end();
}).listen(Number(PORT), '127.0.0.1');
`,
  });

const recordOf = (region: RegionName, deployment: number): Promise<RegionRecord> =>
  readRegionRecord(databases, {
    region,
    service: serviceName(service),
    deployment: deploymentNumber(deployment),
  });

async function answering(region: RegionName, greeting: string): Promise<readonly string[]> {
  const hosts = hostsOf(region);
  const answers = await Promise.all(hosts.map(stack.ask));
  return hosts.filter((host, index) => answers[index] === `${greeting} from ${host}`);
}

/** In both regions the hosts of the first batch start the release, and are not well yet. */
async function inFirstBatch(greeting: string): Promise<number> {
  for (const region of regions) writeFileSync(slowStart(region), '');
  const deployment = await merged(greeting);
  await stack.untilDeployment(
    deployment,
    (seen) => seen.regions.length === 2 && seen.regions.every(({ state, batch }) => state === 'rolling' && batch === 1),
  );
  for (const region of regions)
    await until(`the first batch of ${region} to start ${greeting}`, patienceMs, async () =>
      (await answering(region, greeting)).length === batchSizes[0] ? true : undefined,
    );
  return deployment;
}
const letStart = (): void => regions.forEach((region) => rmSync(slowStart(region)));

/** What a whole rollout takes a region, from a first batch that can get well, where nothing is in its way; ms. */
let usualMs = 0;

/** The batch that was begun has ended as its region knows it, every host is served and heard, and nothing else has begun. */
async function goesNoFurther(region: RegionName, deployment: number, begun: RegionRecord, sinceMs: number) {
  const batch = begun.batches[0]!.hosts;
  const isOfBatch = (host: string): boolean => (batch as readonly string[]).includes(host);
  await until(`the first batch of ${region} to be well`, patienceMs, async () => {
    const { hosts } = await recordOf(region, deployment);
    return hosts.every(({ host, isWellOnNext }) => isWellOnNext || !isOfBatch(host)) || undefined;
  });
  const endedAtMs = Date.now();
  await until(`every host of ${region} to be heard since`, patienceMs, async () => {
    const { hosts } = await recordOf(region, deployment);
    return hosts.every(({ reportedAtMs }) => reportedAtMs > endedAtMs) || undefined;
  });
  // Nothing is to happen meanwhile, for three times as long as all batches take that nobody stands in the way of.
  await delay(Math.max(0, sinceMs + 3 * usualMs - Date.now()));
  const now = await recordOf(region, deployment);
  expect([now.goal, now.batches]).toEqual([begun.goal, [{ number: 1, hosts: batch }]]);
  expect(now.hosts.map(({ host, isWellOnNext }) => [host, isWellOnNext])).toEqual(
    hostsOf(region).map((host) => [host, isOfBatch(host)]),
  );
  await until(`every host of ${region} to wait for a goal`, patienceMs, async () =>
    (await openPolls(region)) === hostsOf(region).length ? true : undefined,
  );
}

async function openPolls(region: RegionName): Promise<number> {
  const port = stack.shape.addresses.gateways[regions.indexOf(region)];
  const metrics = await (await tlsRequest(`https://127.0.0.1:${port}/metrics`, { shown: null })).text();
  return Number(/^slipway_gateway_open_polls (\d+)/m.exec(metrics)?.[1]);
}

/** The deployment goes on by itself, each of its steps once, and what the centre shows is how hosts are. */
async function goesOnByItself(greeting: string, deployment: number): Promise<void> {
  const ended = await stack.untilDeployment(deployment, ({ outcome }) => outcome !== null);
  const reason = `${service}@${deployment} is live in 2 of 2 regions`;
  expect([ended.outcome, ended.reason, ended.pending]).toEqual(['succeeded', reason, []]);
  const all = { total: 4, switched: 4, healthy: 4, failed: 0 };
  expect(ended.regions.map(({ hosts, batch }) => [hosts, batch])).toEqual(regions.map(() => [all, 3]));
  await stack.untilAnswers(greeting, ...regions.flatMap(hostsOf));
  for (const region of regions) {
    const { batches, hosts } = await recordOf(region, deployment);
    expect(batches.map(({ number, hosts: of }) => [number, of.length])).toEqual(
      batchSizes.map((size, at) => [at + 1, size]),
    );
    expect(batches.flatMap(({ hosts: of }) => of).toSorted()).toEqual(hostsOf(region));
    expect(hosts.map(({ switches }) => switches)).toEqual([1, 1, 1, 1]);
  }
  await toldOnce(deployment);
  await until('the centre to show what hosts run', patienceMs, async () => {
    const { items } = await stack.mo.call('listServiceHosts', { path: { service } });
    const isTrue = items.map(({ hosts, running, stale }) => [hosts?.healthy, running, stale]);
    expect(isTrue).toEqual(regions.map(() => [4, [{ release: deployment, hosts: 4 }], false]));
    return true;
  });
}

async function toldOnce(deployment: number): Promise<void> {
  const deployments = await readDeployments(databases, serviceName(service));
  const own = deployments.filter(({ number }) => number === deployment);
  const known = await readCentre(databases, serviceName(service));
  expect(await auditIsWhole({ service: serviceName(service), deployments: own, centre: known })).toEqual([]);
  const told = known.audit.filter(({ object }) => object === `${service}/${deployment}`);
  for (const region of regions) {
    const messages = (verb: string): readonly string[] =>
      told
        .filter((each) => each.verb === verb)
        .map(({ detail }) => String(detail['message']))
        .filter((message) => message.startsWith(region));
    const allowed = batchSizes.map((size, at) => `${region}: batch ${at + 1} of 3 allowed, ${size} host`);
    expect(messages('batch-advanced')).toEqual(allowed.map((start) => expect.stringContaining(start)));
    expect(messages('batch-healthy')).toHaveLength(3);
    expect(messages('region-ready')).toHaveLength(1);
    expect(messages('region-reachable')).toHaveLength(messages('region-unreachable').length);
  }
}

test.each([
  ['carries nothing', 'two', false],
  ['is refused', 'three', true],
] as const)(
  'a region whose way to the centre %s ends the batch that has begun and begins none; healed, it goes on by itself',
  async (_, greeting, refused) => {
    const deployment = await inFirstBatch(greeting);
    const begun = await recordOf(dark, deployment);
    const healed = [links.temporal, links.api].map((link) => link.cut(refused));
    const cutAtMs = Date.now();
    letStart();
    // The same deployment where nothing is in its way.
    await stack.untilDeployment(deployment, (seen) => seen.regions[1]?.state === 'done');
    usualMs = Date.now() - cutAtMs;
    const seen = await stack.untilDeployment(
      deployment,
      ({ waiting }) => waiting?.includes(`can't reach ${dark}`) ?? false,
    );
    expect(seen).toMatchObject({ outcome: null, held: false });
    // Nobody has told the centre that they are well.
    expect(seen.regions[0]).toMatchObject({ region: dark, state: 'unreachable', batch: 1, hosts: { healthy: 0 } });
    await goesNoFurther(dark, deployment, begun, cutAtMs);
    const { items } = await stack.mo.call('listServiceHosts', { path: { service } });
    expect(Date.parse(items.find(({ region }) => region === dark)!.at!)).toBeLessThanOrEqual(cutAtMs);
    healed.forEach((heal) => heal());
    await goesOnByItself(greeting, deployment);
  },
);

test('regions whose centre stands still end the batches that have begun and begin none; when it goes on, so do they', async () => {
  const deployment = await inFirstBatch('four');
  const begun = await Promise.all(regions.map((region) => recordOf(region, deployment)));
  const thaw = stack.freeze(...centre);
  const sinceMs = Date.now();
  letStart();
  await Promise.all(regions.map((region, at) => goesNoFurther(region, deployment, begun[at]!, sinceMs)));
  thaw();
  await goesOnByItself('four', deployment);
  expect(await answering(dark, 'four')).toEqual(hostsOf(dark));
});
