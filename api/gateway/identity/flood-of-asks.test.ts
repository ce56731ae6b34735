import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectCertificateSource } from '../../../agent/identity/ask-certificate.ts';
import type { GatewayError } from '../../../agent/gateway/gateway-error.ts';
import { hostId, regionName } from '../../../domain/names.ts';
import { createEnrolmentToken } from '../../../infra/postgres/region/enrolment-tokens.ts';
import { enrolmentTokenText } from '../../../protocol/host-identity.ts';
import { until } from '../../../test/crash/run/patience.ts';
import { startGateway, type TestGateway } from '../../../test/gateway.ts';
import { enrollWithCertificate, newKeyPair, testAuthority } from '../../../test/host-certificates.ts';
import { patienceMs } from '../../../test/patience.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../../../test/region-database.ts';

const region = regionName('eu-west');
/** More than may wait. */
const flood = 240;
const { signal } = new AbortController();
let here: TestRegionDatabase;
let gateway: TestGateway;
beforeAll(async () => {
  here = await createRegionDatabase();
});
afterAll(() => here.close());
beforeEach(async () => {
  gateway = await startGateway(here);
});
afterEach(() => gateway.close());

/** As anybody may ask: with a key and a token of its own making, and a good proof. */
async function ask(name: string, token: string): Promise<string> {
  const trust = { region, authorities: (await testAuthority()).trusted };
  const source = connectCertificateSource(new URL(gateway.url), trust, { host: hostId(name), region });
  return source.enroll(token, newKeyPair().privateKey, null, signal);
}
const madeUp = (number: number) => enrolmentTokenText(region, String(number).padStart(43, '0'));
const waitingForLocks = async (): Promise<number> =>
  (
    await here.database.em
      .fork()
      .execute<unknown[]>(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
  ).length;

/** While it lasts none that asks for a certificate comes to an end in the database. */
async function holdTokens(): Promise<() => Promise<void>> {
  const [holding, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held = here.database.em.fork().transactional(async (em) => {
    await em.execute('lock table enrolment_token');
    holding.resolve();
    await go.promise;
  });
  await holding.promise;
  return () => {
    go.resolve();
    return held;
  };
}

test('a flood of asks for certificates leaves the database to hosts that are served: two ask it at once, and most are told to come again', async () => {
  const shown = await enrollWithCertificate(here.database, hostId('served'));
  const letGo = await holdTokens();
  const refusals: GatewayError[] = [];
  const asked = Array.from({ length: flood }, (_, number) =>
    ask(`stranger-${number}`, madeUp(number)).catch((error: GatewayError) => void refusals.push(error)),
  );
  try {
    const told = await until('some of them to be told to come again', patienceMs, () =>
      refusals.find(({ status }) => status === 503),
    );
    expect(told).toMatchObject({ problem: 'unavailable', retryAfterMs: 2_000 });
    expect((await gateway.post('/v1/poll', shown, { known: [], waitMs: 0 })).status).toBe(200);
    await until('two to wait in the database', patienceMs, async () => (await waitingForLocks()) === 2 || undefined);
    expect(await waitingForLocks()).toBe(2);
    const metrics = await (await gateway.get('/metrics', null)).text();
    expect(metrics).toMatch(/slipway_gateway_shed_requests_total\{what="enroll"\} [1-9]/);
  } finally {
    await letGo();
  }
  await Promise.all(asked);
});

test('when a flood has ended a host is enrolled as ever, and what strangers asked for is refused', async () => {
  const asked = Array.from({ length: flood }, (_, number) => ask(`stranger-${number}`, madeUp(number)));
  const ended = await Promise.allSettled(asked);
  const problems = ended.map((each) => (each.status === 'rejected' ? (each.reason as GatewayError).problem : 'none'));
  expect([...new Set(problems)].filter((problem) => problem !== 'unavailable')).toEqual(['enrolment-refused']);
  const token = await createEnrolmentToken(here.database, { region, labels: {}, host: null, createdBy: 'ada' });
  expect(await ask('newcomer', token)).toContain('BEGIN CERTIFICATE');
});
