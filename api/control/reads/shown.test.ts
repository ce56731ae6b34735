import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serviceName } from '../../../domain/names.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import { addService, mergeRequest, mergeTraceId } from '../../../test/central-database.ts';
import { startControlApi } from '../../../test/control-api.ts';
import { openPlannedService, one, service, type PlannedService } from '../plans/planned-service.fixture.ts';

let at: PlannedService;
beforeAll(async () => void (at = await openPlannedService()));
afterAll(() => at.close());

test('a log that is long is answered by its end, whole characters only', async () => {
  const { status, body } = await at.get('checkout/releases/1/log');
  expect([status, body.release, body.truncated]).toEqual([200, 'checkout@1', true]);
  expect(String(body.text)).toMatch(/x+é the last line\n$/);
  expect(Buffer.byteLength(String(body.text))).toBe(256 * 1024);
});

test('without the store the end that was recorded is answered', async () => {
  const bare = await startControlApi({ database: at.central.database, databaseUrl: at.central.url });
  try {
    const { body } = await bare.ask('/v1/services/checkout/releases/1/log', { token: at.token });
    expect([String(body.text).length, body.truncated]).toEqual([2_000, true]);
  } finally {
    await bare.close();
  }
});

test('a deployment is shown with its steps, what ends its wait, and where its commit is', async () => {
  await at.record(1, 'build-started', {});
  const region = { region: 'eu-west', state: 'pending', batch: 0, batches: 2, reason: null };
  const hosts = { total: 0, switched: 0, healthy: 0, failed: 0 };
  await at.record(2, 'planned', { regions: [{ ...region, hosts }] });
  const waiting = { waiting: 'waits for approval (0 of 1) by release-owner', waitingFor: 'approval' };
  await at.record(3, 'approval-wanted', { state: 'approving', approvals: { given: 0, wanted: 1 }, ...waiting });
  const shown = (await at.get('checkout/deployments/1')).body as unknown as Deployment;
  expect(shown).toMatchObject({
    from: null,
    subject: 'Fix',
    hosts: { total: 3, onRelease: 0 },
    why: {
      cause: waiting.waiting,
      next: { command: 'slipway approve checkout/1', verb: 'approve' },
      needsSomeone: true,
    },
    regions: [{ region: 'eu-west', stage: 'canary' }],
    verbs: ['approve', 'break-glass', 'reject', 'pause', 'abort'],
    commit: 'a'.repeat(40),
    traceId: mergeTraceId,
    links: {
      commit: `https://code.example/acme/checkout/commit/${'a'.repeat(40)}`,
      trace: `https://traces.example/trace/${mergeTraceId}`,
    },
  });
  expect(shown.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'build done',
    'approval waiting',
    'replication running',
    'canary pending',
    'world pending',
  ]);
  expect(shown).not.toHaveProperty('linked');
});

test('what waits in the lane says behind whom, and behind which lock', async () => {
  const whyOf = async () => ((await at.get('checkout/deployments/2')).body as unknown as Deployment).why;
  expect((await whyOf())?.cause).toBe('waits for 1 deployment before it (checkout/1 is active)');
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T12:00:00.000Z' };
  const lanes = createLaneRecords(at.central.database);
  await lanes.changeLock({ service, lock, by: 'mo', reason: 'INC-7', key: 'l' });
  expect(await whyOf()).toMatchObject({ next: { verb: 'unlock' }, needsSomeone: true });
  await lanes.changeLock({ service, lock: null, by: 'mo', reason: 'over', key: 'u' });
});

test('the run of its workflow is in its link once it is known', async () => {
  const linkOf = async () => ((await at.get('checkout/deployments/1')).body as unknown as Deployment).links.temporal;
  const workflow = 'http://temporal.example/namespaces/default/workflows/deployment%3Acheckout%3A1';
  expect(await linkOf()).toBe(workflow);
  await createLaneRecords(at.central.database).noteRun({ service, deployment: one }, 'run-1');
  expect(await linkOf()).toBe(`${workflow}/run-1/history`);
});

test('a timeline is told newest first, in pages', async () => {
  const first = await at.get('checkout/deployments/1/timeline?limit=2');
  const items = first.body.items as { verb: string; message: string }[];
  expect(items.map(({ verb, message }) => [verb, message])).toEqual([
    ['approval-wanted', 'approval-wanted'],
    ['planned', 'planned'],
  ]);
  const rest = await at.get(`checkout/deployments/1/timeline?limit=2&cursor=${String(first.body.next)}`);
  expect((rest.body.items as { verb: string }[]).map(({ verb }) => verb)).toEqual([
    'build-started',
    'deployment-started',
  ]);
});

test('an api says which it is', async () => {
  const { body } = await at.api.ask('/v1/about', { token: at.token });
  expect(body).toMatchObject({
    version: '0.0.0-test',
    temporalUi: 'http://temporal.example',
    // In ap-south no service has run yet: it is not silent.
    regions: { total: 2, reporting: 1, withoutService: 1 },
  });
});

test('a list asks the database as often for thirty services as for one', async () => {
  const lanes = createLaneRecords(at.central.database);
  for (let each = 1; each <= 30; each++) {
    const name = `service-${each}`;
    await addService(at.central.database, name);
    await lanes.open(mergeRequest(`merge-${each}`, name));
    await lanes.claimStart({ service: serviceName(name), deployment: one });
  }
  const logger = at.central.database.config.getLogger();
  const queries: string[] = [];
  logger.setDebugMode(['query']);
  logger.logQuery = ({ query }) => void queries.push(query ?? '');
  const asked = async (address: string): Promise<number> => {
    queries.length = 0;
    expect((await at.api.ask(address, { token: at.token })).status).toBe(200);
    return queries.length;
  };
  try {
    for (const list of ['services', 'deployments']) {
      const of = [await asked(`/v1/${list}?limit=1`), await asked(`/v1/${list}?limit=200`)];
      expect(of[0]).toBeGreaterThan(2);
      expect(Math.abs(of[1]! - of[0]!)).toBeLessThanOrEqual(3);
    }
  } finally {
    logger.setDebugMode(false);
  }
});
