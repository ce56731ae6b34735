import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { deploymentNumber } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { deploymentWorkflowId, type DeploymentStatus } from '../../../workflows/messages/deployment.ts';
import { recoveryWorkflowId } from '../../../workflows/messages/recovery.ts';
import { codeOf, startControlApi } from '../../../test/control-api.ts';
import { within } from '../../../test/slowness.ts';
import { openStandIns, planDigest, service, type StandIns, type StandInService } from './stand-ins.fixture.ts';

let standIns: StandIns;
let at: StandInService;
beforeAll(async () => void (standIns = await openStandIns()));
afterAll(() => standIns.close());
beforeEach(async () => void (at = await standIns.openService()));
afterEach(() => at.close());

test('a rejection says why', async () => {
  const deployment = await at.openDeployment();
  for (const body of [{}, { reason: '  ' }])
    expect((await at.post(`${deployment}/reject`, at.tokens.ada, body)).body['errors']).toEqual([
      expect.objectContaining({ path: 'reason' }),
    ]);
  expect((await at.post(`${deployment}/reject`, at.tokens.ada, { reason: 'not today' })).status).toBe(202);
});

test('a message and its repeat are one message; the next one is another', async () => {
  const deployment = await at.openDeployment();
  const once = await at.post(`${deployment}/pause`, at.tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  const again = await at.post(`${deployment}/pause`, at.tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  expect(once.body).toEqual({ deployment: 'checkout/1', message: 'paused by ada: look' });
  expect(again.body).toEqual(once.body);
  const handle = at.temporal.client.workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(1)));
  expect(await handle.query<DeploymentStatus>('status')).toMatchObject({ controlRevision: 1 });
  await at.post(`${deployment}/pause`, at.tokens.ada, {}, { key: 'pause-twice' });
  expect(await handle.query<DeploymentStatus>('status')).toMatchObject({ controlRevision: 2 });
});

test('a token that could not be verified is verified when the same request comes again', async () => {
  const deployment = await at.openDeployment();
  await at.post(`${deployment}/pause`, at.tokens.ada, { reason: 'the key store is away' });
  const token = await at.tokenFor(deployment, at.tokens.mo);
  const approve = () => at.post(`${deployment}/approve`, at.tokens.mo, { token }, { key: 'the-same-request' });
  const refused = await approve();
  expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([409, 'refused', 'the key store is away']);
  const taken = { deployment: 'checkout/1', message: `approved with ${token}` };
  expect((await approve()).body).toEqual(taken);
  // The answer was lost: it is told once more.
  expect((await approve()).body).toEqual(taken);
});

test("what the deployment refuses is told in the deployment's words", async () => {
  const deployment = await at.openDeployment();
  const past = await at.post(`${deployment}/abort`, at.tokens.ada, { hold: true });
  expect([past.status, codeOf(past), past.body.detail]).toEqual([409, 'refused', 'past its point of no return']);
  const malformed = await at.post(`${deployment}/pause`, at.tokens.ada, { reason: 'malformed' });
  expect([malformed.status, codeOf(malformed), malformed.body.detail]).toEqual([
    409,
    'refused',
    'the message is malformed',
  ]);
});

test('a deployment that is over, or was never there, takes no message', async () => {
  const deployment = await at.openDeployment();
  await createDeploymentRecords(at.central.database).finish({
    service,
    deployment: deploymentNumber(1),
    sequence: 3,
    outcome: 'undone',
    reason: 'bad',
    regions: [],
    pending: [],
    lock: null,
  });
  const over = await at.post(`${deployment}/abort`, at.tokens.ada, {});
  expect([over.status, codeOf(over), over.body.detail]).toEqual([409, 'refused', 'checkout/1 is over: undone']);
  const none = await at.post('deployments/999/abort', at.tokens.ada, {});
  expect([none.status, codeOf(none)]).toEqual([404, 'not-found']);
});

test('what is sent to a deployment whose workflow somebody closed reaches the recovery that ends it', async () => {
  const deployment = await at.openDeployment();
  await at.temporal.client.workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(1))).terminate();
  await at.startWorkflow(deploymentNumber(1), true, recoveryWorkflowId(service, deploymentNumber(1)));
  const answer = await at.post(`${deployment}/pause`, at.tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  expect(answer.body).toEqual({ deployment: 'checkout/1', message: 'paused by ada: look' });
  const again = await at.post(`${deployment}/pause`, at.tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  expect(again.body).toEqual(answer.body);
});

test('how it stands is asked of that recovery first: a workflow that was closed still answers, with what it knew', async () => {
  const deployment = await at.openDeployment();
  await at.temporal.client.workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(1))).terminate();
  // Of the two only the recovery has no plan, so that no token can be bound to it.
  await at.startWorkflow(deploymentNumber(1), false, recoveryWorkflowId(service, deploymentNumber(1)));
  const answer = await at.post(`${deployment}/approval-token`, at.tokens.mo, { verb: 'resume', planDigest });
  expect([answer.status, answer.body.detail]).toEqual([409, 'there is no plan yet that could be agreed to']);
});

test('one that waits in the queue has no workflow yet: it can not be paused', async () => {
  const deployment = await at.openDeployment('not-started');
  const answer = await at.post(`${deployment}/pause`, at.tokens.ada, {});
  expect([answer.status, codeOf(answer)]).toEqual([409, 'refused']);
});

test('an abort takes a deployment out of the queue, and reaches it when it has begun meanwhile', async () => {
  const waiting = await at.post(`${await at.openDeployment('not-started')}/abort`, at.tokens.ada, {
    reason: 'it waits',
  });
  expect([waiting.status, waiting.body.message]).toEqual([202, 'checkout/1 was taken out of the queue']);
  const begun = await at.post(`${await at.openDeployment()}/abort`, at.tokens.ada, {});
  expect([begun.status, begun.body.message]).toEqual([202, 'aborted by ada']);
});

test('a deployment that ends with the message it takes has taken it', async () => {
  const deployment = await at.openDeployment();
  const answer = await at.post(`${deployment}/reject`, at.tokens.mo, { reason: 'not today' });
  expect([answer.status, answer.body.message]).toEqual([202, 'rejected by mo']);
  const late = await at.post(`${deployment}/pause`, at.tokens.mo, {});
  expect([late.status, codeOf(late)]).toEqual([409, 'refused']);
});

test.each([
  ['deployments', { release: 7 }],
  ['lock', { reason: 'INC-7' }],
  ['rollback', {}],
  ['deployments/1/abort', {}],
  ['deployments/1/approval-token', { verb: 'approve', planDigest }],
])('while Temporal is away, %s is answered within five seconds: send it again', async (verb, body) => {
  await at.openDeployment('not-started');
  const cutOff = await startControlApi({ database: at.central.database, databaseUrl: at.central.url });
  try {
    const startedAt = performance.now();
    const answer = await cutOff.ask(`/v1/services/checkout/${verb}`, { token: at.tokens.mo, body });
    const tookMs = performance.now() - startedAt;
    expect([answer.status, codeOf(answer), answer.body.retryable]).toEqual([503, 'unavailable', true]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(within(5_000, { otherwiseMs: 14_000 }));
  } finally {
    await cutOff.close();
  }
});

test.each(['deployment', 'recovery'] as const)(
  'where no worker runs the %s, that is said, and what to do',
  async (carrier) => {
    const deployment = await at.openDeployment('not-started');
    // Temporal answers, and takes it; of this queue nobody asks for work.
    const workflowId = `${carrier}:checkout:1`;
    await at.temporal.client.workflow.start(carrier, { workflowId, taskQueue: 'nobody', args: [] });
    const { database, url: databaseUrl } = at.central;
    const missing = new Map([['checkout/1', { version: '5f0c', carrier }]]);
    const workers = { missingFor: (name: string) => missing.get(name) ?? null, counts: () => null };
    const api = await startControlApi({ database, databaseUrl, temporal: at.temporal.client, workers });
    const pause = () =>
      api.ask(`/v1/services/checkout/${deployment}/pause`, { token: at.tokens.mo, body: {}, key: 'pause-once' });
    try {
      const answer = await pause();
      expect([answer.status, codeOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '15']);
      expect(answer.body.detail).toMatch(
        /^no control worker of version 5f0c runs, on which .+ not known to have arrived/,
      );
      expect(answer.body.next).toContain(`terminate ${carrier}:checkout:1 in Temporal`);
      missing.clear();
      expect((await pause()).body.detail).toMatch(/^Temporal did not answer/);
    } finally {
      await api.close();
    }
  },
);
