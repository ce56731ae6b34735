/** A region that is added to a running stack, drained, taken up again and removed. The tests stand in order: each goes on with what the one before left. */
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiClient, type ApiClient } from '../../cli/api-client.ts';
import { regionName } from '../../domain/names.ts';
import { createTrust } from '../../infra/keys/create-trust.ts';
import { instancePortsPerHost } from '../../infra/local/addresses.ts';
import { createDatabases } from '../../infra/local/create-databases.ts';
import { githubPush } from '../../infra/local/demo/github-push.ts';
import { foldersOf, mergeFiles, openSampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { offerEnrolment } from '../../infra/local/offer-enrolment.ts';
import {
  agentPrograms,
  centralDatabase,
  controlPrograms,
  databaseUrl,
  hostsOf,
  regionDatabase,
  regionTokenFile,
  type StackShape,
} from '../../infra/local/programs.ts';
import { stackUrls } from '../../infra/local/stack.ts';
import { superviseProcess, type SupervisedProcess } from '../../infra/local/supervised-process.ts';
import { startTemporaryStack, type TemporaryStack } from '../../infra/local/temporary-stack.ts';
import { connectCentral } from '../../infra/postgres/central/database.ts';
import { createApiToken } from '../../infra/postgres/central/setup.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';

const service = 'checkout';
const [old, added] = ['eu-west', 'us-east'] as const;

let temporary: TemporaryStack;
let shape: StackShape;
let mo: ApiClient;
let operator: string;
const started: SupervisedProcess[] = [];

beforeAll(async () => {
  temporary = await startTemporaryStack({
    purpose: 'region-life',
    regions: 1,
    hosts: 1,
    laterHosts: 1,
    say: () => undefined,
  });
  const { regions, addresses } = temporary.shape;
  shape = {
    ...temporary.shape,
    regions: [...regions, added],
    addresses: { ...addresses, gateways: [...addresses.gateways, await freePort()] },
  };
  const { token } = temporary.stack.installation.people.find(({ name }) => name === 'mo')!;
  mo = createApiClient(stackUrls(shape).api, token);
  const central = await connectCentral({ url: databaseUrl(shape, centralDatabase), applicationName: 'region-life' });
  operator = await createApiToken(central, 'olga', ['operator'], 'test');
  await central.close(true);
  const { cloneUrl } = await openSampleRepository(shape.data.sample, [old]);
  const body = { repository: `acme/${service}`, cloneUrl, branch: 'main', owners: ['lin'] };
  await mo.call('putService', { path: { service }, body });
});
afterAll(async () => {
  await Promise.all(started.map((each) => each.stop()));
  await temporary?.close({ keep: false });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As olga, who is an operator. */
const slipway = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, SLIPWAY_API: stackUrls(shape).api, SLIPWAY_TOKEN: operator };
    execFile(path.resolve('cli/bin/slipway'), args, { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

const files = (greeting: string, regions: readonly string[]) => ({
  'slipway.yaml': `service: ${service}
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 20s, interval: 250ms, healthyAfter: 1, unhealthyAfter: 4 }
rollout: { absentAfter: 15s, stages: [{ name: world, regions: [${regions.join(', ')}], batches: [100%] }] }
`,
  'server.mjs': `import { createServer } from 'node:http';
createServer((_, response) => response.end('${greeting}')).listen(Number(process.env.PORT), '127.0.0.1');
`,
});

const untilEnded = (number: number): Promise<Deployment> =>
  until(`${service}/${number} has ended`, patienceMs, async () => {
    const seen = await mo.call('showDeployment', { path: { service, deployment: number } }).catch(() => undefined);
    return seen?.outcome ? seen : undefined;
  });

async function deploy(number: number, greeting: string, regions: readonly string[]): Promise<Deployment> {
  const merge = await mergeFiles(foldersOf(shape.data.sample).work, greeting, files(greeting, regions));
  const request = githubPush(`acme/${service}`, merge, shape.secrets.webhookSecret);
  await fetch(new URL('/webhooks/github', mo.url), { method: 'POST', ...request });
  const ended = await untilEnded(number);
  expect([ended.outcome, ended.reason]).toEqual(['succeeded', expect.anything()]);
  return ended;
}

function ask(region: string): Promise<string | null> {
  const index = hostsOf(shape).findIndex((each) => each.region === region);
  const port = shape.addresses.firstInstance + index * instancePortsPerHost;
  return fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.text(),
    () => null,
  );
}
const untilAnswers = (region: string, greeting: string) =>
  until(`${region} answers ${greeting}`, patienceMs, async () => ((await ask(region)) === greeting ? true : undefined));

/** What docs/how-to/add-a-region.md has an operator do beside the command. */
async function startRegion(): Promise<void> {
  await createTrust(shape.data.keys, shape.regions.map(regionName), new Date());
  await createDatabases(shape.addresses.postgres, shape.secrets.postgresPassword, [regionDatabase(added)]);
  await mkdir(shape.data.regionStore(added), { recursive: true });
  const url = databaseUrl(shape, regionDatabase(added));
  const database = await connectRegionDatabase({ url, applicationName: 'region-life' });
  await offerEnrolment(database, shape, added);
  await database.close(true);
  const programs = [...controlPrograms(shape), ...agentPrograms(shape)].filter(({ name }) => name.includes(added));
  for (const { name, command } of programs) {
    const logFile = path.join(shape.data.logs, `${name}.log`);
    started.push(
      await superviseProcess({ ...temporary.supervision, name, command, logFile, ready: async () => undefined }),
    );
  }
}

test('one that is added takes part when a spec names it', async () => {
  await deploy(1, 'one', [old]);
  const token = regionTokenFile(shape, added);
  const { code, stdout } = await slipway('add', 'region', added, '--worker-token', token, '--reason', 'growth');
  expect([code, stdout.split('\n')[0]]).toEqual([0, `accepted   ${added} is a region`]);
  expect(stdout).not.toContain((await readFile(token, 'utf8')).trim());
  await startRegion();
  await deploy(2, 'two', [old, added]);
  await untilAnswers(added, 'two');
});

test('while it is drained rollouts leave it out and say so, and its hosts run on', async () => {
  expect((await slipway('drain', 'region', added, '--reason', 'moves')).code).toBe(0);
  const { stdout } = await slipway('plan', service);
  expect(stdout).toMatch(new RegExp(`left out +${added}: being drained, nothing new begins there`));
  const ended = await deploy(3, 'three', [old, added]);
  expect(ended.regions.map(({ region }) => region)).toEqual([old]);
  await untilAnswers(old, 'three');
  expect(await ask(added)).toBe('two');
  const alone = { release: 3, regions: [regionName(added)] };
  await expect(mo.call('deploy', { path: { service }, body: alone })).rejects.toThrow(
    `${added} is being drained: nothing new begins there`,
  );
});

test('taken up again it is brought what it has missed, and nobody else is touched', async () => {
  const { code, stdout } = await slipway('undrain', 'region', added, '--reason', 'stays', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).data.catchUp).toEqual([{ service, deployment: `${service}/4`, reason: null }]);
  const ended = await untilEnded(4);
  expect([ended.outcome, ended.regions.map(({ region }) => region)]).toEqual(['succeeded', [added]]);
  await untilAnswers(added, 'three');
});

test('it is removed only when nothing is left of it, or by force, and its worker is let in no more', async () => {
  const remove = (...more: string[]) => slipway('remove', 'region', added, '--reason', 'closed', ...more);
  expect((await remove()).stderr).toContain(`${added} is not drained`);
  await slipway('drain', 'region', added, '--reason', 'closes');
  expect((await remove('--force')).stderr).toContain(`the current release of ${service} goes to ${added}`);
  await deploy(5, 'five', [old]);
  const reporting = await remove();
  expect([reporting.code, reporting.stderr]).toEqual([3, expect.stringContaining(`1 host of ${added} still reports`)]);
  expect((await remove('--force')).code).toBe(0);
  expect((await slipway('list', 'regions')).stdout).not.toContain(added);
  const token = (await readFile(regionTokenFile(shape, added), 'utf8')).trim();
  const summary = { region: added, sequence: Date.now(), at: new Date().toISOString(), services: [] };
  const refused = await fetch(new URL('/regions/v1/summaries', mo.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(summary),
  });
  expect(refused.status).toBe(401);
  const { items } = await mo.call('listAudit', { query: { limit: 200 } });
  const ofRegion = items.filter(({ object }) => object === `region:${added}`).toReversed();
  expect(ofRegion.map(({ verb, actor }) => `${verb} by ${actor}`)).toEqual(
    ['added', 'drained', 'undrained', 'drained', 'removed'].map((verb) => `region-${verb} by olga`),
  );
  expect(await ask(added)).toBe('three');
});
