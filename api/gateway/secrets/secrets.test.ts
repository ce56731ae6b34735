import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { connectGateway, type GatewayClient } from '../../../agent/gateway/gateway-client.ts';
import { hostId, type Digest } from '../../../domain/names.ts';
import { folderSecrets } from '../../../infra/secrets/folder-secrets.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { startGateway, type TestGateway } from '../../../test/gateway.ts';
import { createGoalRegion, service } from '../../../test/goal-region.ts';
import type { GoalRegion } from '../../../test/goal-region.ts';
import { enrollWithCertificate, testAuthority } from '../../../test/host-certificates.ts';
import { placeRelease, publishRelease } from '../../../test/published-release.ts';
import { spec } from '../../../test/release-fixture.ts';

const planted = 'planted-value-of-a-secret';
let here: GoalRegion;
let gateway: TestGateway;
let folder: string;
let release: Digest;
let logged: string[];
let web: ShownIdentity;
let db: ShownIdentity;

beforeAll(async () => {
  here = await createGoalRegion();
  web = await enrollWithCertificate(here.database, hostId('a'), { role: 'web' });
  db = await enrollWithCertificate(here.database, hostId('b'), { role: 'db' });
});
afterAll(() => here.close());
beforeEach(async () => {
  await here.database.em.fork().execute('truncate goal, host_service, snapshot, batch');
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-secrets-'));
  await mkdir(path.join(folder, 'checkout'));
  await writeFile(path.join(folder, 'checkout', 'db-url'), planted);
  await writeFile(path.join(folder, 'checkout', 'other'), 'not named');
  logged = [];
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(line) });
  gateway = await startGateway(here, { secrets: folderSecrets(folder), log });
  const secrets = { env: { DB_URL: 'db-url' }, files: { 'tls.key': 'tls-key' } };
  const files = { 'index.html': `a page ${Math.random()}` };
  release = await publishRelease(here.database, gateway.store, files, { ...spec.run, secrets });
});
afterEach(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const place = (): Promise<void> => placeRelease(here, gateway, web, { release, selector: { role: 'web' } });
const ask = (shown: ShownIdentity | null, names: readonly string[], of: object = {}) =>
  gateway.post('/v1/secrets', shown, { service, release, names, ...of });
const metric = async (outcome: string): Promise<boolean> =>
  (await (await gateway.get('/metrics', null)).text()).includes(
    `slipway_gateway_secret_requests_total{outcome="${outcome}"} 1`,
  );

describe('a host', () => {
  test('is given what its release names, and the log says who asked for which names, and no value', async () => {
    await place();
    const { status, headers, body } = await ask(web, ['db-url']);
    expect({ status, body }).toEqual({
      status: 200,
      body: { secrets: { 'db-url': Buffer.from(planted).toString('base64') } },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const line = logged
      .map((text) => JSON.parse(text) as object)
      .find((each) => JSON.stringify(each).includes('given'));
    expect(line).toMatchObject({ host: 'a', service, release, names: ['db-url'], msg: 'secrets were given' });
    for (const form of [planted, Buffer.from(planted).toString('base64')]) expect(logged.join('')).not.toContain(form);
    expect(await metric('given')).toBe(true);
  });

  test('asks through the client of its agent, and is given a value that was rotated', async () => {
    await place();
    await writeFile(path.join(folder, 'checkout', 'db-url'), 'rotated');
    const client = await clientOf(web);
    try {
      const asked = { service, release, names: ['db-url'] };
      const { secrets } = await client.secrets(asked, AbortSignal.timeout(10_000));
      expect(Buffer.from(secrets['db-url']!, 'base64').toString()).toBe('rotated');
    } finally {
      client.close();
    }
  });

  test.each<[string, () => ReturnType<typeof ask>, number, RegExp]>([
    ['that no placement includes', () => ask(db, ['db-url']), 403, /no placement of checkout includes this host/],
    ['for what the release does not name', () => ask(web, ['db-url', 'other']), 403, /does not name other/],
    ['for what the region does not have', () => ask(web, ['tls-key']), 404, /no secret tls-key of checkout/],
    [
      'by a release that is not here',
      () => ask(web, ['db-url'], { release: digestOf('x') }),
      404,
      /does not serve sha256/,
    ],
    ['for a path', () => ask(web, ['../checkout/other']), 400, /must be the name of a secret/],
    ['without a certificate', () => ask(null, ['db-url']), 401, /./],
  ])('is given nothing when it asks %s', async (_, asking, status, detail) => {
    await place();
    const answer = await asking();
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toMatch(detail);
    expect(JSON.stringify(answer.body)).not.toContain(Buffer.from(planted).toString('base64'));
  });

  test('is refused in the log and the metric, by name', async () => {
    await place();
    await ask(db, ['db-url']);
    expect(logged.join('')).toContain('"reason":"no placement of checkout includes this host"');
    expect(await metric('refused')).toBe(true);
  });

  test('is asked to come again while the folder of secrets is away: that is no secret which is missing', async () => {
    await place();
    await rename(folder, `${folder}-away`);
    const answer = await ask(web, ['db-url']);
    await rename(`${folder}-away`, folder);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(web, ['db-url'])).status).toBe(200);
  });
});

async function clientOf(shown: ShownIdentity): Promise<GatewayClient> {
  const { authority, trusted } = await testAuthority();
  return connectGateway(new URL(gateway.url), {
    trust: { region: authority.region, authorities: trusted },
    identity: async () => shown,
    answered: () => undefined,
  });
}
