import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createLogger } from '../../../infra/telemetry/logger.ts';
import { centralEntities } from '../../../infra/postgres/central/entities.ts';
import { openDatabase } from '../../../infra/postgres/connect.ts';
import { createApiClient } from '../../../cli/api-client.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';
import { within } from '../../../test/slowness.ts';
import { connectTestTemporal, type TestTemporal } from '../../../test/temporal.ts';
import { deliver, pushOf } from '../../../test/webhook-delivery.ts';

let central: CentralTestDatabase;
let temporal: TestTemporal;
let api: TestControlApi;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const log = createLogger({ program: 'api', level: 'info', destination });
  central = await createCentralDatabase();
  temporal = await connectTestTemporal();
  api = await startControlApi({
    database: central.database,
    databaseUrl: central.url,
    temporal: temporal.client,
    log,
  });
});
afterAll(async () => {
  await api.close();
  await temporal.close();
  await central.close();
});

const well = { ok: true, reason: null };

test('an api with all that it leans on is ready', async () => {
  const { status, body } = await api.ask('/readyz');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ready',
    dependencies: { postgres: { ...well, required: true }, temporal: { ...well, required: false } },
  });
});

test('while Temporal is away the api serves, and says what is missing', async () => {
  const alone = await startControlApi({ database: central.database, databaseUrl: central.url });
  try {
    const startedAt = performance.now();
    const { status, body } = await alone.ask('/readyz');
    expect(performance.now() - startedAt).toBeLessThan(within(2_000, { otherwiseMs: 14_000 }));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'degraded',
      dependencies: { postgres: well, temporal: { ok: false, reason: 'it does not answer' } },
    });
    expect((await deliver(alone, pushOf())).status).toBe(202);
  } finally {
    await alone.close();
  }
});

test('a namespace without the search attributes is named', async () => {
  const bare = `bare-${Date.now()}`;
  await temporal.client.connection.workflowService.registerNamespace({
    namespace: bare,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const { Client } = await import('@temporalio/client');
  const other = await startControlApi({
    database: central.database,
    databaseUrl: central.url,
    temporal: new Client({ connection: temporal.client.connection, namespace: bare }),
  });
  try {
    expect((await other.ask('/readyz')).body).toMatchObject({
      status: 'degraded',
      dependencies: { temporal: { reason: expect.stringContaining('lacks the search attributes SlipwayService') } },
    });
  } finally {
    await other.close();
  }
});

test('without its database the api is not ready, but alive', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/nothing';
  const database = await openDatabase({ url, entities: centralEntities, migrations: [], applicationName: 'test' });
  const cutOff = await startControlApi({ database, databaseUrl: url, temporal: temporal.client });
  try {
    expect((await cutOff.ask('/healthz')).status).toBe(200);
    const { status, body } = await cutOff.ask('/readyz');
    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'not-ready', dependencies: { postgres: { ok: false }, temporal: well } });
    const { body: metrics } = await cutOff.ask('/metrics');
    expect(metrics.text).toContain('slipway_api_dependency_up{dependency="postgres"} 0');
    expect(metrics.text).not.toMatch(/^slipway_(inbox_depth|held_deployments|obligations) /m);
  } finally {
    await cutOff.close();
    await database.close(true);
  }
});

test('metrics tell what waits, what runs, who follows, and how long answers take by route', async () => {
  await deliver(api, pushOf());
  await api.ask('/v1/services/checkout', { token: await signIn(central.database, 'ada') });
  const stop = new AbortController();
  const client = createApiClient(api.url, await signIn(central.database, 'ada'));
  await client.events({}, null, stop.signal);
  const { body, headers } = await api.ask('/metrics');
  stop.abort();
  expect(headers.get('content-type')).toMatch(/^text\/plain/);
  const metrics = String(body.text);
  expect(metrics).toMatch(/^slipway_inbox_depth 1$/m);
  expect(metrics).toMatch(/^slipway_inbox_oldest_seconds \d/m);
  expect(metrics).toMatch(/^slipway_open_deployments\{state="rolling"\} 0$/m);
  expect(metrics).toMatch(/^slipway_held_deployments 0$/m);
  expect(metrics).toMatch(/^slipway_lanes_locked_by_slipway 0$/m);
  expect(metrics).toMatch(/^slipway_lanes_not_undone 0$/m);
  expect(metrics).toMatch(/^slipway_api_event_clients 1$/m);
  expect(metrics).toMatch(
    /^slipway_api_request_seconds_count\{method="GET",route="\/v1\/services\/:service",status="200"\} 1$/m,
  );
  expect(metrics).not.toContain('route="/v1/events"');
});

test('a request leaves one line in the log: who, what, how it went, and nothing secret', async () => {
  const token = await signIn(central.database, 'ada');
  lines.length = 0;
  const { headers } = await api.ask('/v1/services/checkout?secret=hidden', { token });
  await api.ask('/healthz');
  await deliver(api, pushOf({ secret: 'hidden' }));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    msg: 'request',
    program: 'api',
    level: 'info',
    method: 'GET',
    path: '/v1/services/checkout',
    route: '/v1/services/:service',
    status: 400,
    person: 'ada',
    requestId: headers.get('x-request-id'),
  });
  const text = JSON.stringify(lines);
  for (const secret of [token, 'hidden', 'sha256=']) expect(text).not.toContain(secret);
});
