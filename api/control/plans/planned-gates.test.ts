import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BreakGlassPolicy } from '../../../domain/approval/break-glass.ts';
import { deploymentNumber, digest, releaseNumber, serviceName } from '../../../domain/names.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { createReleaseRecords } from '../../../infra/postgres/central/release-records.ts';
import { parseServiceSpec } from '../../../protocol/service-spec.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';

let central: CentralTestDatabase;
let token: string;
const started: TestControlApi[] = [];

const parsed = parseServiceSpec(`
service: checkout
checks: { run: npm test, require: [ci/lint, ci/unit] }
run: { command: [node, server.js] }
health: { http: /healthz }
rollout:
  stages:
    - { name: all, regions: [eu-west], batches: [1, 100%], bake: 2m, metrics: [{ promql: error_rate, max: 0.01 }] }
  verify: { metrics: [{ name: speed, promql: speed, min: 5 }] }
`);

beforeAll(async () => {
  central = await createCentralDatabase();
  token = await signIn(central.database, 'ada', 'release-owner');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  await createLaneRecords(central.database).open(mergeRequest('m1'));
  await createReleaseRecords(central.database).recordSigned({
    service: serviceName('checkout'),
    release: releaseNumber(1),
    deployment: deploymentNumber(1),
    digest: digest(`sha256:${'1'.repeat(64)}`),
    configDigest: digest(`sha256:${'1'.repeat(64)}`),
    spec: parsed.spec,
    totalBytes: 1,
    files: 1,
    buildLog: null,
  });
});
afterAll(async () => {
  await Promise.all(started.map((api) => api.close()));
  await central.close();
});

async function planned(hasMetricsServer: boolean, breakGlass?: BreakGlassPolicy) {
  const api = await startControlApi({
    database: central.database,
    databaseUrl: central.url,
    hasMetricsServer,
    ...(breakGlass && { breakGlass }),
  });
  started.push(api);
  return api.ask('/v1/services/checkout/plan', { token });
}

test('a plan tells what a CI has to report, and what the release is held to', async () => {
  const { status, body } = await planned(true);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    checks: 'npm test',
    requiredChecks: { require: ['ci/lint', 'ci/unit'], withinMs: 1_800_000 },
    stages: [{ metrics: ['error_rate at most 0.01 for 1 min, 3 samples or more, one every 15 s'] }],
    verify: null,
    verifyMetrics: ['speed at least 5 for 1 min, 3 samples or more, one every 15 s'],
  });
});

test('metrics without a server to ask are refused before anything is deployed', async () => {
  const answer = await planned(false);
  expect([answer.status, codeOf(answer)]).toEqual([409, 'refused']);
  expect(answer.body.detail).toContain('rollout.stages[0].metrics (error_rate): no Prometheus server is configured');
});

test('a release that was admitted before is not asked for its checks again', async () => {
  await central.database.em.fork().execute(`update release set state = 'admitted'`);
  const { body } = await planned(true);
  expect(Object.keys(body)).not.toContain('requiredChecks');
});

test.each([
  ['never', undefined, 'never'],
  ['one-with-review', undefined, 'one-with-review'],
  // The default is what a plan that says nothing of it has.
  [undefined, undefined, undefined],
  ['one-with-review', 'never', 'never'],
  ['never', 'one-with-review', 'never'],
] as const)(
  'with %s in the organisation and %s in the spec, a plan shows who may go past its approval as it will be planned: %s',
  async (breakGlass, own, shown) => {
    const em = central.database.em.fork();
    const approve = {
      quorum: 1,
      roles: ['release-owner'],
      teams: [],
      expiresMs: 60_000,
      ...(own && { breakGlass: own }),
    };
    await em.execute(`update release set spec = jsonb_set(spec, '{approve}', ?::jsonb)`, [JSON.stringify(approve)]);
    const { body } = await planned(true, breakGlass);
    expect((body.approval as { breakGlass?: string }).breakGlass).toBe(shown);
  },
);
