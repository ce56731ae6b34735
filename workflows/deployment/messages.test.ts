import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import { ap, approveByOne, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { releaseNumber } from '../../domain/names.ts';
import type { DeploymentInput } from '../messages/deployment.ts';
import { abortUpdate, approveSignal, approveUpdate, rejectUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const ada = { by: 'ada', reason: '' };
const token = (text: string) => ({ args: [{ token: text }] as [{ token: string }] });

async function waitingForApproval(name: string, quorum = 1, over: Partial<DeploymentInput> = {}) {
  const service = world.service(name);
  service.plan = { ...twoStages, approve: { ...approveByOne!, quorum } };
  const handle = await world.deploy(service, over);
  await until(() => eventsOf(service).includes('approval-wanted'));
  // An abort during a copy would abandon it, and then the test server skips no more time for any test after it.
  await until(() => eventsOf(service).filter((event) => event === 'region-replicated').length === 3);
  return { service, handle };
}

describe('a deployment that needs approval', () => {
  test('touches no region before, and copies meanwhile', async () => {
    const { service, handle } = await waitingForApproval('waits');
    expect(service.intents).toEqual([]);
    const { waiting, approvals, binding } = await handle.query(statusQuery);
    expect(waiting).toMatch(/^waits for approval \(0 of 1\) by release-owner; expires /);
    expect(service.progress.at(-1)).toMatchObject({ waiting, waitingFor: 'approval' });
    expect(approvals).toEqual({ given: 0, wanted: 1, by: [] });
    expect(binding).toMatchObject({ service: 'waits', deployment: 1, regions: [eu, us, ap] });
    const answer = await handle.executeUpdate(approveUpdate, token('approve:mo'));
    expect(answer).toEqual({ accepted: true, message: 'approved by mo, 1 of 1' });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test.each([
    ['an object', 'by-object', { token: 'approve:mo' }],
    ['a bare string', 'by-string', 'approve:mo'],
  ])('takes the token by signal too, as %s', async (_, name, message) => {
    const { handle } = await waitingForApproval(name);
    await handle.signal(approveSignal, message);
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('takes no approval of an own change, nor a bare signal', async () => {
    const { service, handle } = await waitingForApproval('own');
    const own = await handle.executeUpdate(approveUpdate, token('approve:lin'));
    expect(own).toEqual({ accepted: false, message: 'lin may not approve a change of their own' });
    await handle.signal('approve');
    await handle.signal('approve', { by: 'mo' });
    expect((await handle.query(statusQuery)).approvals).toEqual({ given: 0, wanted: 1, by: [] });
    expect(service.verified).toEqual(['approve:lin']);
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('that a colleague asked for takes no approval of its author, nor of the colleague, and waits on', async () => {
    const source = { from: 'person', person: 'ada', release: releaseNumber(1), reason: null } as const;
    const over = { kind: 'roll-forward', source, build: null } as const;
    const { service, handle } = await waitingForApproval('asked-for', 1, over);
    for (const person of ['lin', 'ada']) {
      const { accepted } = await handle.executeUpdate(approveUpdate, token(`approve:${person}`));
      expect([person, accepted]).toEqual([person, false]);
    }
    expect(service.admissionsAsked).toBe(0);
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('asks again, and does not fail, when its approval expired on the way to the admission', async () => {
    const { service, handle } = await waitingForApproval('late');
    service.quorumsMissed = 1;
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await until(() => eventsOf(service).includes('approval-expired'));
    expect(service.progress.at(-1)?.message).toBe(
      'asks again for approval: 0 of 1 approvals are there and still fresh',
    );
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.admissionsAsked).toBe(2);
  });

  test('counts an approval that comes while another is found to have expired', async () => {
    const { service, handle } = await waitingForApproval('crossed');
    service.quorumsMissed = 1;
    const admitting = createGate();
    service.admitting = admitting;
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await until(() => admitting.waiting() > 0);
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    admitting.open();
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(service).filter((event) => event === 'approval-expired')).toHaveLength(1);
  });

  test('refuses an approval that meets an abort while its token is verified', async () => {
    const { service, handle } = await waitingForApproval('races');
    const verifying = createGate();
    service.verifying = verifying;
    const approved = handle.executeUpdate(approveUpdate, token('approve:mo'));
    await until(() => verifying.waiting() > 0);
    await handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] });
    verifying.open();
    expect(await approved).toMatchObject({ accepted: false });
    expect((await handle.result()).outcome).toBe('cancelled');
    expect(service.admissionsAsked).toBe(0);
  });

  test('verifies a token that could not be verified when it is sent again, and says which sending was refused', async () => {
    const { service, handle } = await waitingForApproval('unverified');
    const away = ApplicationFailure.nonRetryable('the key store is away');
    service.verifying = { ...createGate(), pass: () => Promise.reject(away) };
    const send = (updateId: string, sent: string) =>
      handle.executeUpdate(approveUpdate, { updateId, args: [{ token: 'approve:mo', sent }] });
    expect(await send('key', 'first')).toEqual({ accepted: false, message: expect.any(String), sent: 'first' });
    service.verifying = null;
    expect(await send('key', 'second')).toMatchObject({ accepted: false, sent: 'first' });
    expect(await send('key:second', 'second')).toEqual({ accepted: true, message: 'approved by mo, 1 of 1' });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('counts persons, not tokens', async () => {
    const { handle } = await waitingForApproval('quorum', 2);
    expect((await handle.executeUpdate(approveUpdate, token('approve:mo'))).message).toBe('approved by mo, 1 of 2');
    expect((await handle.executeUpdate(approveUpdate, token('approve:mo:again'))).message).toBe(
      'approved by mo, 1 of 2',
    );
    expect((await handle.query(statusQuery)).approvedBy).toEqual(['mo']);
    expect((await handle.executeUpdate(approveUpdate, token('approve:kim'))).message).toBe('approved by kim, 2 of 2');
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('answers a repeated token as before, and verifies it once', async () => {
    const { service, handle } = await waitingForApproval('repeated', 2);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => handle.executeUpdate(approveUpdate, token('approve:mo'))),
    );
    expect(new Set(answers.map(({ message }) => message))).toEqual(new Set(['approved by mo, 1 of 2']));
    expect(service.verified).toEqual(['approve:mo']);
    expect((await handle.query(statusQuery)).controlRevision).toBe(1);
    await handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] });
    await handle.result();
  });

  test('answers a repeated token as before also when nothing is to be approved any more, and no other', async () => {
    const { service, handle } = await waitingForApproval('late-repeat');
    const watch = service.regions[eu]!.gate('watch:1');
    const approved = { accepted: true, message: 'approved by mo, 1 of 1' };
    expect(await handle.executeUpdate(approveUpdate, token('approve:mo'))).toEqual(approved);
    await until(() => watch.waiting() > 0);
    expect(await handle.executeUpdate(approveUpdate, token('approve:mo'))).toEqual(approved);
    await expect(handle.executeUpdate(approveUpdate, token('approve:kim'))).rejects.toMatchObject({
      cause: { type: 'refused', message: 'late-repeat/1 needs no approval any more' },
    });
    watch.open();
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('looks at no token after five bad ones, however they come', async () => {
    const { service, handle } = await waitingForApproval('guessed');
    const bad = Array.from({ length: 8 }, (_, index) => handle.executeUpdate(approveUpdate, token(`guess-${index}`)));
    const answers = await Promise.all(bad);
    expect(service.verified).toHaveLength(5);
    const shut = '5 bad tokens were sent: no more are looked at, good ones neither';
    expect(answers.filter(({ message }) => message === `${shut}; abort it, and deploy again`)).toHaveLength(3);
    expect((await handle.executeUpdate(approveUpdate, token('approve:mo'))).accepted).toBe(false);
    await until(() => service.progress.some(({ waitingFor }) => waitingFor === 'no-tokens'));
    expect(service.progress.at(-1)?.waiting).toMatch(`; but ${shut}`);
    expect(await handle.query(statusQuery)).toMatchObject({ shut });
    await handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] });
    expect((await handle.result()).outcome).toBe('cancelled');
  });

  test('looks at a good token however many stale ones came before', async () => {
    const { service, handle } = await waitingForApproval('stale');
    for (let sent = 0; sent < 6; sent += 1) {
      const answer = await handle.executeUpdate(approveUpdate, token(`stale:${sent}`));
      expect(answer).toEqual({ accepted: false, message: 'the approval token is for another plan' });
    }
    await until(() => eventsOf(service).filter((event) => event === 'token-refused').length === 6);
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('refuses a message of the wrong shape before it is accepted', async () => {
    const { handle } = await waitingForApproval('shape');
    const wrong = { args: [{ token: 7 }] as unknown as [{ token: string }] };
    await expect(handle.executeUpdate(approveUpdate, wrong)).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/^needs a token of at most \d+ characters$/) },
    });
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'ada', reason: 'no' }] });
    await handle.result();
  });

  test('asks again when an approval expired before the others came', async () => {
    const { service, handle } = await waitingForApproval('expires', 2);
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await world.env.sleep('61m');
    await until(() => eventsOf(service).includes('approval-expired'));
    expect((await handle.query(statusQuery)).approvals).toEqual({ given: 0, wanted: 2, by: [] });
    await handle.executeUpdate(approveUpdate, token('approve:mo:2'));
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('ends when it is rejected', async () => {
    const { service, handle } = await waitingForApproval('rejected');
    const answer = await handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: 'not today' }] });
    expect(answer.accepted).toBe(true);
    expect(await handle.result()).toEqual({ outcome: 'rejected', reason: 'rejected by mo: not today', pending: [] });
    expect(service.intents).toEqual([]);
    expect(service.finished).toMatchObject([{ outcome: 'rejected', lock: null }]);
  });
});
