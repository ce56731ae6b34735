import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentRequest, MergeSource } from '../../../activities/lane/contract.ts';
import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { Audit, Deployment, Release } from '../../../infra/postgres/central/entities.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import {
  addService,
  createCentralDatabase,
  mergeRequest,
  type CentralTestDatabase,
} from '../../../test/central-database.ts';
import { startCentralWorker, type CentralWorker } from '../../../test/central-worker.ts';
import { codeOf, signIn, startControlApi, type Asked, type TestControlApi } from '../../../test/control-api.ts';
import { connectTestTemporal, type TestTemporal } from '../../../test/temporal.ts';
import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import { laneWorkflowId, lockUpdate, submitUpdate, updatesPerHistory } from '../../../workflows/messages/lane.ts';

let central: CentralTestDatabase;
let temporal: TestTemporal;
let worker: CentralWorker;
let api: TestControlApi;
let tokens: Record<'ada' | 'mo', string>;

beforeAll(async () => {
  central = await createCentralDatabase();
  temporal = await connectTestTemporal();
  worker = await startCentralWorker(central.database, temporal);
  api = await startControlApi({ database: central.database, databaseUrl: central.url, temporal: temporal.client });
  tokens = {
    ada: await signIn(central.database, 'ada', 'release-owner'),
    mo: await signIn(central.database, 'mo', 'release-owner'),
  };
});
afterAll(async () => {
  await api.close();
  await worker.close();
  await temporal.close();
  await central.close();
});

const em = () => central.database.em.fork();
const post = (address: string, who: string, body: object, key: string): Promise<Asked> =>
  api.ask(`/v1/services/${address}`, { token: who, body, key });
const dialogOf = async (service: string, query: string, who = tokens.ada) => {
  const { status, body } = await api.ask(`/v1/services/${service}/dialog?${query}`, { token: who });
  expect([status, body.refused]).toEqual([200, null]);
  return body as { digest: string; idempotencyKey: string };
};
const updatesOf = async (workflowId: string): Promise<number> => {
  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => Boolean(event.workflowExecutionUpdateAcceptedEventAttributes)).length;
};
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

/** A merge whose deployment has begun, and waits for a build worker. */
async function beginDeployment(name: string): Promise<void> {
  await addService(central.database, name);
  const lane = laneWorkflowId(serviceName(name));
  await post(`${name}/lock`, tokens.mo, { reason: 'so that its lane is open' }, `open-${name}`);
  await post(`${name}/unlock`, tokens.mo, { reason: 'it is' }, `open-${name}`);
  const args = [{ request: mergeRequest(`merge-${name}`, name), queueWhenLocked: true }] as const;
  await temporal.client.workflow.getHandle(lane).executeUpdate(submitUpdate, { args: [...args] });
  await until(async () => (await em().count(Audit, { object: `${name}/1`, verb: 'build-started' })) > 0);
}

/** Sends so many messages that the lane goes on in a new history, which knows no update of the one before. */
async function continueLane(name: string): Promise<void> {
  const handle = temporal.client.workflow.getHandle(laneWorkflowId(serviceName(name)));
  const { runId } = await handle.describe();
  const message = { by: 'mo', reason: 'again', key: `locked-${name}` };
  // Temporal lets ten updates be under way in a workflow.
  for (let sent = 0; sent < updatesPerHistory; sent += 10)
    await Promise.all(Array.from({ length: 10 }, () => handle.executeUpdate(lockUpdate, { args: [message] })));
  await until(async () => (await handle.describe()).runId !== runId);
}

test('a double click, a retry and two tabs on abort make one Update and one audit record', async () => {
  await beginDeployment('cart');
  const [tab, other] = await Promise.all([1, 2].map(() => dialogOf('cart', 'verb=abort&deployment=1')));
  expect(other).toMatchObject({ digest: tab!.digest, idempotencyKey: tab!.idempotencyKey });
  const abort = () => post('cart/deployments/1/abort', tokens.ada, { reason: 'wrong' }, tab!.idempotencyKey);
  const clicked = await Promise.all([abort(), abort(), abort()]);
  await until(
    async () =>
      (await em().findOne(Deployment, { service: serviceName('cart'), number: deploymentNumber(1) }))?.outcome ===
      'cancelled',
  );
  const retried = await abort();
  for (const { status, body } of [...clicked, retried])
    expect([status, body.message]).toEqual([202, 'cart/1 is stopped, before any host has changed']);
  expect(await updatesOf(deploymentWorkflowId(serviceName('cart'), deploymentNumber(1)))).toBe(1);
  expect(await em().count(Audit, { object: 'cart/1', verb: 'abort' })).toBe(1);
  // Another message is another one, and there is nothing left to abort.
  const later = await post('cart/deployments/1/abort', tokens.mo, {}, 'another-message');
  expect([later.status, codeOf(later), later.body.detail]).toEqual([409, 'refused', 'cart/1 is over: cancelled']);
});

test('an abort that takes a deployment out of the queue is one over the history of its lane', async () => {
  await addService(central.database, 'auth');
  await post('auth/lock', tokens.mo, { reason: 'INC-7' }, 'locked-auth');
  const args = [{ request: mergeRequest('merge-auth', 'auth'), queueWhenLocked: true }] as const;
  await temporal.client.workflow
    .getHandle(laneWorkflowId(serviceName('auth')))
    .executeUpdate(submitUpdate, { args: [...args] });
  const { idempotencyKey } = await dialogOf('auth', 'verb=abort&deployment=1');
  const abort = () => post('auth/deployments/1/abort', tokens.ada, {}, idempotencyKey);
  const answers = [await abort(), await abort()];
  await continueLane('auth');
  for (const { status, body } of [...answers, await abort()])
    expect([status, body.message]).toEqual([202, 'auth/1 was taken out of the queue']);
  expect(await em().count(Audit, { object: 'auth/1', verb: 'deployment-cancelled' })).toBe(1);
});

test('one key takes each deployment out of the queue that it is sent about', async () => {
  await addService(central.database, 'stock');
  await post('stock/lock', tokens.mo, { reason: 'INC-7' }, 'locked-stock');
  const lane = temporal.client.workflow.getHandle(laneWorkflowId(serviceName('stock')));
  for (const number of [1, 2]) {
    const args = [{ request: mergeRequest(`merge-stock-${number}`, 'stock'), queueWhenLocked: true }] as const;
    await lane.executeUpdate(submitUpdate, { args: [...args] });
  }
  for (const number of [1, 2]) {
    const { status } = await post(`stock/deployments/${number}/abort`, tokens.ada, {}, 'one-and-the-same');
    expect(status).toBe(202);
  }
  const rows = await em().find(Deployment, { service: serviceName('stock') });
  expect(rows.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
});

test('what a locked lane refused is done by the same request once it is open', async () => {
  await addService(central.database, 'ledger');
  const service = serviceName('ledger');
  await createLaneRecords(central.database).open(mergeRequest('merge-ledger', 'ledger'));
  await em().nativeUpdate(Release, { service }, { state: 'ready' });
  await post('ledger/lock', tokens.mo, { reason: 'INC-7' }, 'locked-ledger');
  const deploy = () => post('ledger/deployments', tokens.ada, { release: 1 }, 'one-and-the-same');
  const refused = await deploy();
  expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
    409,
    'lane-locked',
    expect.stringMatching(/^locked since .* by mo: "INC-7"$/),
  ]);
  await post('ledger/unlock', tokens.mo, { reason: 'over' }, 'opened-ledger');
  expect((await deploy()).body).toMatchObject({ deployment: 'ledger/2', repeated: false });
});

test('who was refused an unlock opens the lane by the same request once they have the role', async () => {
  await addService(central.database, 'vault');
  await post('vault/lock', tokens.mo, { reason: 'INC-7' }, 'locked-vault');
  const kim = await signIn(central.database, 'kim', 'deployer');
  const unlock = (token: string) => post('vault/unlock', token, { reason: 'over' }, 'one-and-the-same');
  for (const refused of [await unlock(kim), await unlock(kim)])
    expect([refused.status, codeOf(refused)]).toEqual([403, 'not-allowed']);
  const promoted = await signIn(central.database, 'kim', 'release-owner');
  expect((await unlock(promoted)).body).toMatchObject({ lock: null });
  // A copy of it opens nothing that was locked since.
  await post('vault/lock', tokens.mo, { reason: 'INC-8' }, 'locked-vault-again');
  expect((await unlock(promoted)).body).toMatchObject({ lock: { reason: 'INC-8' } });
  expect(await em().count(Audit, { object: 'vault', verb: 'lane-unlocked' })).toBe(1);
});

/** @1 has run; @2 takes back what it brings, and waits on a locked lane. */
async function revertWaits(name: string): Promise<void> {
  await addService(central.database, name);
  const service = serviceName(name);
  const { open } = createLaneRecords(central.database);
  const mergeOf = (letter: string, more: object = {}): DeploymentRequest => {
    const request = mergeRequest(letter, name);
    return { ...request, source: { ...(request.source as MergeSource), commit: letter.repeat(40), ...more } };
  };
  await open(mergeOf('1'));
  await em().nativeUpdate(Release, { service }, { state: 'ready' });
  await em().nativeUpdate(Deployment, { service }, { outcome: 'succeeded' });
  await post(`${name}/lock`, tokens.mo, { reason: 'INC-7' }, `locked-${name}`);
  await open(mergeOf('3', { reverts: [{ by: '3'.repeat(40), commit: '1'.repeat(40) }] }));
}

test('a hotfix that was refused for a revert goes when somebody insists, as another request', async () => {
  await revertWaits('ship');
  const query = 'verb=deploy&release=1&hotfix=undo';
  const { body: refusing } = await api.ask(`/v1/services/ship/dialog?${query}`, { token: tokens.ada });
  expect(refusing.refused).toContain('was taken back by ship@2');
  const hotfix = (body: object, key: unknown) =>
    post('ship/hotfix', tokens.ada, { release: 1, reason: 'INC-7', ...body }, String(key));
  const refused = await hotfix({ dialog: refusing.digest }, refusing.idempotencyKey);
  expect([refused.status, codeOf(refused)]).toEqual([409, 'release-reverted']);
  const insisting = await dialogOf('ship', `${query}&althoughReverted=true`);
  expect(insisting.idempotencyKey).not.toBe(refusing.idempotencyKey);
  // What was shown without it is not what is agreed to.
  const other = await hotfix({ dialog: refusing.digest, althoughReverted: true }, 'with-the-first-dialog');
  expect([other.status, codeOf(other)]).toEqual([409, 'state-changed']);
  const goes = await hotfix({ dialog: insisting.digest, althoughReverted: true }, insisting.idempotencyKey);
  expect([goes.status, goes.body]).toMatchObject([202, { deployment: 'ship/3' }]);
});

test('a request that was refused is taken with the same key when that has changed', async () => {
  await revertWaits('port');
  const hotfix = (body: object) =>
    post('port/hotfix', tokens.ada, { release: 1, reason: 'INC-7', ...body }, 'one-and-the-same');
  for (const refused of [await hotfix({}), await hotfix({})]) expect(codeOf(refused)).toBe('release-reverted');
  expect((await hotfix({ althoughReverted: true })).body).toMatchObject({ deployment: 'port/3', repeated: false });
  expect((await hotfix({ althoughReverted: true })).body).toMatchObject({ deployment: 'port/3', repeated: true });
});

test('a retry of what was taken back says how to bring it all the same', async () => {
  await revertWaits('dock');
  await em().nativeUpdate(
    Deployment,
    { service: serviceName('dock'), number: deploymentNumber(1) },
    { outcome: 'failed' },
  );
  const refused = await post('dock/deployments/1/retry', tokens.ada, { queue: true }, 'retry-dock');
  expect([refused.status, codeOf(refused), refused.body.next]).toEqual([
    409,
    'release-reverted',
    'Deploy a release that has the revert, or that one: slipway deploy dock@1 --although-reverted',
  ]);
});

test('who has a deployment opened is told what ended because of it', async () => {
  await addService(central.database, 'quay');
  const service = serviceName('quay');
  const { open } = createLaneRecords(central.database);
  const mergeOf = (letter: string, more: object = {}): DeploymentRequest => {
    const request = mergeRequest(letter, 'quay');
    return { ...request, source: { ...(request.source as MergeSource), commit: letter.repeat(40), ...more } };
  };
  await open(mergeOf('1'));
  await open(mergeOf('3', { reverts: [{ by: '3'.repeat(40), commit: '1'.repeat(40) }] }));
  await em().nativeUpdate(Release, { service }, { state: 'ready' });
  await em().nativeUpdate(Deployment, { service }, { outcome: 'failed' });
  await post('quay/lock', tokens.mo, { reason: 'INC-7' }, 'locked-quay');
  const deploy = (release: number, key: string) => post('quay/deployments', tokens.ada, { release, queue: true }, key);
  expect((await deploy(1, 'deploy-quay-1')).body).not.toHaveProperty('superseded');
  const newer = { deployment: 'quay/4', superseded: ['quay/3'] };
  expect((await deploy(2, 'deploy-quay-2')).body).toMatchObject({ ...newer, repeated: false });
  // A copy of it gets the same answer.
  expect((await deploy(2, 'deploy-quay-2')).body).toMatchObject(newer);
});

test('a deploy that was taken is answered so by a lane that was terminated, and is locked since', async () => {
  await addService(central.database, 'depot');
  const service = serviceName('depot');
  await createLaneRecords(central.database).open(mergeRequest('merge-depot', 'depot'));
  await em().nativeUpdate(Release, { service }, { state: 'ready' });
  await em().nativeUpdate(Deployment, { service }, { outcome: 'failed' });
  const again = [
    () => post('depot/deployments', tokens.ada, { release: 1 }, 'deploy-depot'),
    () => post('depot/deployments/1/retry', tokens.ada, {}, 'retry-depot'),
  ];
  for (const send of again) {
    const first = await send();
    expect([first.status, first.body.repeated]).toEqual([202, false]);
    await em().nativeUpdate(Deployment, { service }, { outcome: 'failed' });
  }
  await temporal.client.workflow.getHandle(laneWorkflowId(service)).terminate();
  await post('depot/lock', tokens.mo, { reason: 'INC-7' }, 'locked-depot');
  for (const [at, send] of again.entries())
    expect((await send()).body).toMatchObject({ deployment: `depot/${at + 2}`, repeated: true });
  const fresh = await post('depot/deployments', tokens.ada, { release: 1 }, 'another-one');
  expect(codeOf(fresh)).toBe('lane-locked');
});

test('an unlock is one over the history of its lane, and a late copy of it opens nothing', async () => {
  await addService(central.database, 'mail');
  const lock = (key: string) => post('mail/lock', tokens.ada, { reason: 'INC-7' }, key);
  await lock('locked-first');
  const dialog = await dialogOf('mail', 'verb=unlock');
  const body = { reason: 'over', dialog: dialog.digest };
  const unlock = () => post('mail/unlock', tokens.ada, body, dialog.idempotencyKey);
  expect((await unlock()).body.lock).toBeNull();
  expect((await unlock()).status).toBe(202);
  await continueLane('mail');
  const late = await unlock();
  expect([late.status, (late.body.lock as { owner: string }).owner]).toEqual([202, 'mo']);
  expect(await em().count(Audit, { object: 'mail', verb: 'lane-unlocked' })).toBe(1);
  // What was shown is not what it would mean now.
  const stale = await post('mail/unlock', tokens.ada, body, 'another-message');
  expect([stale.status, codeOf(stale)]).toEqual([409, 'state-changed']);
});

test('a rollback is one over the history of its lane', async () => {
  await addService(central.database, 'search');
  const service = serviceName('search');
  const lanes = createLaneRecords(central.database);
  for (const each of [1, 2]) {
    const number = deploymentNumber(each);
    await lanes.open(mergeRequest(`merge-search-${each}`, 'search'));
    await em().nativeUpdate(Release, { service, number: each as never }, { state: 'ready' });
    await lanes.claimStart({ service, deployment: number });
    await createDeploymentRecords(central.database).finish({
      service,
      deployment: number,
      sequence: 1,
      outcome: 'succeeded',
      reason: '',
      regions: [],
      pending: [],
      lock: null,
    });
  }
  const dialog = await dialogOf('search', 'verb=rollback');
  const rollback = () =>
    post('search/rollback', tokens.ada, { reason: 'it burns', dialog: dialog.digest }, dialog.idempotencyKey);
  const [first, second] = await Promise.all([rollback(), rollback()]);
  expect([first!.body, second!.body]).toMatchObject([{ deployment: 'search/3' }, { deployment: 'search/3' }]);
  await continueLane('search');
  expect((await rollback()).body).toMatchObject({ deployment: 'search/3', repeated: true });
  expect(await em().count(Deployment, { service, kind: 'rollback' })).toBe(1);
  expect(await em().count(Audit, { object: 'search', verb: 'lane-locked', actor: 'ada' })).toBe(1);
});
