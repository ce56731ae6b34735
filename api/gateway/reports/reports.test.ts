import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { hostId } from '../../../domain/names.ts';
import { HostRecord, HostServiceRecord } from '../../../infra/postgres/region/entities/hosts.ts';
import { startGateway } from '../../../test/gateway.ts';
import type { TestGateway } from '../../../test/gateway.ts';
import { enrollWithCertificate } from '../../../test/host-certificates.ts';
import { releaseOf, service } from '../../../test/goal-region.ts';
import { createRegionDatabase } from '../../../test/region-database.ts';
import type { TestRegionDatabase } from '../../../test/region-database.ts';

const spans = new InMemorySpanExporter();
let region: TestRegionDatabase;
let gateway: TestGateway;
let certificate: ShownIdentity;
const host = hostId('a');
beforeAll(async () => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register();
  region = await createRegionDatabase();
  await region.database.em.fork()
    .execute(`insert into goal values ('${service}', '{"next":{"selector":{}}}', 3, '{}', '',
    '[]', null, 1000, now(), now(), now())`);
  gateway = await startGateway(region);
  certificate = await enrollWithCertificate(region.database, host);
});
afterAll(async () => {
  await gateway.close();
  await region.close();
  trace.disable();
});

let sequence = 0;
const about = (over: object = {}): object => ({
  service,
  generation: 7,
  attempt: { deployment: 3, local: 0 },
  running: releaseOf('next'),
  health: 'healthy',
  state: 'healthy',
  refused: [],
  pinned: false,
  maintenance: false,
  instance: null,
  reason: null,
  trace: null,
  ...over,
});
const report = (over: object = {}, ...services: object[]): object => ({
  sequence: ++sequence,
  bootId: 'b',
  agentVersion: '1',
  services,
  ...over,
});
const stored = () => region.database.em.fork().findOne(HostServiceRecord, { host, service });

test('a report is durable when it is answered, and shows that the host lives', async () => {
  const answer = await gateway.post('/v1/reports', certificate, report({}, about()));
  expect(answer).toMatchObject({ status: 204, body: null });
  expect(await stored()).toMatchObject({ running: releaseOf('next'), health: 'healthy' });
  expect(await region.database.em.fork().findOne(HostRecord, host)).toMatchObject({
    reportedAt: expect.any(Date),
    lastSeenAt: expect.any(Date),
    bootId: 'b',
  });
});

test('a report with a lower sequence changes nothing, and is answered all the same', async () => {
  await gateway.post('/v1/reports', certificate, report({}, about()));
  const before = await stored();
  const late = report({ sequence: 1 }, about({ health: 'unhealthy', running: null }));
  expect(await gateway.post('/v1/reports', certificate, late)).toMatchObject({ status: 204 });
  expect(await stored()).toEqual(before);
});

test('a switch becomes one span of the trace that wrote the goal, with the times of the host', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const switched = { traceparent, switchStartedAt: '2026-11-24T10:00:00.000Z', switchedAt: '2026-11-24T10:00:01.500Z' };
  for (let repeat = 0; repeat < 3; repeat++) {
    await gateway.post('/v1/reports', certificate, report({}, about({ trace: switched })));
  }
  const made = spans.getFinishedSpans().filter(({ name }) => name === 'host.switch');
  expect(made).toHaveLength(1);
  expect(made[0]!.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(made[0]!.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(made[0]!.duration).toEqual([1, 500_000_000]);
  expect(made[0]!.attributes).toMatchObject({ 'slipway.host': 'a', 'slipway.service': 'checkout' });
});

test.each([
  ['oversized', report({ pad: 'x'.repeat(1_100_000) }), 413],
  ['without a sequence', { bootId: 'b', agentVersion: '1', services: [] }, 400],
  ['with a state that nobody knows', report({}, about({ state: 'fine' })), 400],
])('a report %s is refused, and nothing of it is kept', async (_case, body, status) => {
  const before = await stored();
  const answer = await gateway.post('/v1/reports', certificate, body);
  expect(answer).toMatchObject({ status, body: { title: expect.any(String), retryable: false } });
  expect(await stored()).toEqual(before);
});

test('a report with fields of a later version is taken up, and no field of it makes it that of another host', async () => {
  const later = { load: 0.7, attempt: { deployment: 3, local: 0, name: 'x' }, health: 'unhealthy' };
  const answer = await gateway.post('/v1/reports', certificate, report({ host: 'b', zone: '1a' }, about(later)));
  expect(answer.status).toBe(204);
  expect(await stored()).toMatchObject({ host, health: 'unhealthy', attemptDeployment: 3 });
});

test('metrics count by route, and never by what a caller chose', async () => {
  await gateway.get('/v1/releases/sha256:chosen', certificate);
  const text = await (await gateway.get('/metrics', null)).text();
  expect(text).toContain('slipway_gateway_request_seconds_count{route="/v1/reports",status="204"}');
  expect(text).not.toContain('chosen');
});
