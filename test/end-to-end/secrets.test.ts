/** A value that a region gives to its hosts' instances, on a whole stack: it is nowhere else. */
import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { findMarked } from '../../agent/process-identity.ts';
import { hostsOf } from '../../infra/local/programs.ts';
import { sceneFiles } from '../browser/scene-files.ts';
import { until } from '../crash/run/patience.ts';
import { plantSecrets, secretName } from '../crash/run/secret-sample.ts';
import { openHostConnection } from '../host-connection.ts';
import { patienceMs } from '../patience.ts';
import { allHistories, allTables, filesBelow, holding, ofProcesses, type Kept } from './kept-places.ts';
import { openRegionStack, service, type RegionStack } from './region-stack.ts';

const planted = `planted-${randomUUID()}`;
let stack: RegionStack;
let hosts: readonly string[];

beforeAll(async () => {
  stack = await openRegionStack({ hosts: 1 });
  hosts = hostsOf(stack.shape).map(({ host }) => host);
  await plantSecrets(stack.shape, service, planted);
});
afterAll(() => stack?.close());

/** Answers with digests of what it was given: a value that it said itself would be found where none may be. */
const server = (health: number): string => `import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { PORT, SLIPWAY_HOST, CREDENTIALS_DIRECTORY, DB_URL } = process.env;
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const given = digest(DB_URL) + ' ' + digest(readFileSync(CREDENTIALS_DIRECTORY + '/db'));

createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(${health}).end();
  response.end(given + ' from ' + SLIPWAY_HOST);
}).listen(Number(PORT), '127.0.0.1');
`;

/** A merge of a release that is well, or is undone. Answers when its deployment has ended as it has to. */
async function deploy(outcome: 'succeeded' | 'undone'): Promise<void> {
  const { regions } = stack.shape;
  const files = sceneFiles({ service, regions, greeting: '', isTrusted: true });
  const secrets = `secrets: { env: { DB_URL: ${secretName} }, files: { db: ${secretName} } }`;
  const spec = files['slipway.yaml']!.replace('on: { role: web } }', `on: { role: web }, ${secrets} }`);
  const program = server(outcome === 'succeeded' ? 200 : 500);
  const deployment = await stack.mergeFiles(outcome, { 'slipway.yaml': spec, 'server.mjs': program });
  const ended = await stack.untilDeployment(deployment, (seen) => seen.outcome !== null);
  expect([ended.outcome, ended.reason]).toEqual([outcome, expect.anything()]);
}

async function allMetrics(): Promise<readonly Kept[]> {
  const { addresses } = stack.shape;
  const urls = [stack.mo.url, ...addresses.gateways.map((port) => `https://127.0.0.1:${port}`)];
  return Promise.all(
    urls.map(async (url) => ({ place: `metrics of ${url}`, bytes: Buffer.from(await metricsOf(String(url))) })),
  );
}

async function metricsOf(url: string): Promise<string> {
  if (url.startsWith('http:')) return (await fetch(new URL('/metrics', url))).text();
  const operator = openHostConnection(url, null);
  const { body } = await operator.get('/metrics');
  operator.close();
  return body;
}

const instancePids = (): readonly number[] =>
  hosts.flatMap((host) => {
    const { mark } = openAgentDirectory(stack.shape.data.agent(host));
    return findMarked('SLIPWAY_INSTANCE', `${mark}/`).map(({ pid }) => pid);
  });

test('instances are given what their release names, also those that an undone release took the place of', async () => {
  const digest = createHash('sha256').update(planted).digest('hex');
  const given = `${digest} ${digest}`;
  await deploy('succeeded');
  await stack.untilAnswers(given, ...hosts);
  await deploy('undone');
  await stack.untilAnswers(given, ...hosts);
  expect(await Promise.all(hosts.map(stack.ask))).toEqual(hosts.map((host) => `${given} from ${host}`));
});

test('promise 12: its value is in no history, database, log, trace, metric, command line or file', async () => {
  const { data, scratch } = stack.shape;
  const [histories, tables, metrics] = [
    await allHistories(stack.shape),
    await allTables(stack.shape),
    await allMetrics(),
  ];
  function* everything(): Generator<Kept> {
    yield* [...histories, ...tables, ...metrics];
    yield* ofProcesses('cmdline');
    yield* filesBelow(data.root, [path.join(data.root, 'secrets')]);
    yield* filesBelow(scratch);
  }
  expect(holding(planted, everything())).toEqual([]);

  // All of them were looked through: what may be there is found.
  const named = holding(service, everything());
  const databases = ['slipway_central ', 'slipway_region_eu_west '];
  for (const place of ['history of ', ...databases, `${data.logs}/gateway-`, `${data.root}/traces/`])
    expect(named).toContainEqual(expect.stringContaining(place));
  expect(holding('slipway_gateway_secret_requests_total', metrics)).toHaveLength(2);
  expect(holding(data.root, ofProcesses('cmdline')).length).toBeGreaterThan(0);
  expect(holding(planted, filesBelow(path.join(data.root, 'secrets')))).toHaveLength(2);
});

test('of all processes only the instances have it in their environment', async () => {
  await until('each host to run one instance', patienceMs, () => instancePids().length === hosts.length || undefined);
  const expected = instancePids().map((pid) => `/proc/${pid}/environ`);
  expect(holding(planted, ofProcesses('environ')).toSorted()).toEqual(expected.toSorted());
});
