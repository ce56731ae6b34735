import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import { actLocally } from '../../test/workflow-world/region-world.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { ap, approveByOne, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { releaseNumber } from '../../domain/names.ts';
import type { DeploymentInput } from '../messages/deployment.ts';
import {
  abortUpdate,
  approveSignal,
  approveUpdate,
  pauseSignal,
  pauseUpdate,
  rejectUpdate,
  resumeSignal,
  resumeUpdate,
  statusQuery,
} from '../messages/deployment.ts';

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

describe('a pause', () => {
  test('lets the allowed batch finish and starts no other, until a person resumes', async () => {
    const service = world.service('paused');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    expect((await handle.executeUpdate(pauseUpdate, { args: [ada] })).accepted).toBe(true);
    expect((await handle.executeUpdate(pauseUpdate, { args: [ada] })).message).toBe('paused/1 is paused already');
    watch.open();
    await until(() => eventsOf(service).includes('region-paused'));
    expect(service.regions[eu]?.ran).not.toContain('advance:2');
    expect((await handle.query(statusQuery)).waiting).toMatch(
      /^paused since .* by ada; goes on when someone resumes it$/,
    );
    expect(await handle.executeUpdate(resumeUpdate, token('approve:mo'))).toMatchObject({ accepted: false });
    const resumed = await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect(resumed).toEqual({ accepted: true, message: 'resumed by mo' });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test.each([
    ['undoes it', 'stop', 'undo'],
    ['asks a person', 'hold', 'hold'],
  ] as const)('in which hosts fail begins no other batch, and %s', async (_what, ruling, mode) => {
    const service = world.service(`failed-while-paused-${ruling}`);
    const region = service.regions[eu]!;
    const watch = region.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    await handle.executeUpdate(pauseUpdate, { args: [ada] });
    watch.open();
    await until(() => eventsOf(service).includes('region-paused'));
    region.judgeNext = () => ruling;
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await until(() => region.row?.mode === mode);
    expect(region.row?.lastStep.id).not.toBe('advance:2');
    if (mode === 'hold') await handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] });
    expect((await handle.result()).outcome).toBe('undone');
  });

  test('is resumed by a token for that, which overturns no verdict of the judge that came since', async () => {
    const service = world.service('paused-then-held');
    service.regions[eu]!.judge = () => 'hold';
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    await handle.executeUpdate(pauseUpdate, { args: [ada] });
    const ofPause = (await handle.query(statusQuery)).waits?.resume;
    expect(ofPause).toMatch(/^pause since \S+$/);
    watch.open();
    await until(async () => (await handle.query(statusQuery)).held);
    const { waits } = await handle.query(statusQuery);
    expect(waits?.resume).toMatch(/^pause since \S+; hold in eu-west since \S+$/);
    expect(await handle.executeUpdate(resumeUpdate, token(`resume:mo::::${ofPause}`))).toEqual({
      accepted: false,
      message: 'the approval token is for another wait',
    });
    expect(await handle.query(statusQuery)).toMatchObject({ held: true, paused: true });
    service.regions[eu]!.judge = () => 'advance';
    const now = await handle.executeUpdate(resumeUpdate, token(`resume:mo::::${waits?.resume}`));
    expect(now).toEqual({ accepted: true, message: 'resumed by mo' });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('is resumed by the very Update that was refused while there was nothing to resume', async () => {
    const service = world.service('pressed-again');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    const resume = () => handle.executeUpdate(resumeUpdate, { ...token('resume:mo'), updateId: 'one-button' });
    await expect(resume()).rejects.toMatchObject({
      cause: { type: 'refused', message: 'pressed-again/1 is neither paused nor held' },
    });
    await handle.executeUpdate(pauseUpdate, { args: [ada] });
    expect(await resume()).toEqual({ accepted: true, message: 'resumed by mo' });
    watch.open();
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('before a stage holds the stage back', async () => {
    const { service, handle } = await waitingForApproval('paused-early');
    await handle.signal(pauseSignal);
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await until(() => eventsOf(service).includes('admitted'));
    expect((await handle.query(statusQuery)).paused).toBe(true);
    expect(service.intents).toEqual([]);
    await handle.signal(resumeSignal, 'resume:mo');
    expect((await handle.result()).outcome).toBe('succeeded');
  });
});

describe('a region that the judge holds', () => {
  async function held(name: string) {
    const service: ServiceWorld = world.service(name);
    service.regions[us]!.judge = () => 'hold';
    const other = service.regions[ap]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    return { service, handle, other };
  }

  test('waits for a person, and so does every other region; a resume lets all go on', async () => {
    const { service, handle, other } = await held('held');
    expect(service.regions[us]?.row?.mode).toBe('hold');
    const { held: isHeld, waiting } = await handle.query(statusQuery);
    expect(isHeld).toBe(true);
    expect(waiting).toMatch(/us-east: \/healthz answered 500; a person must resume or abort it$/);
    other.open();
    await until(() => eventsOf(service).includes('region-paused'));
    service.regions[us]!.judge = () => 'advance';
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('is held again by the next verdict; a token that resumed once resumes nothing more', async () => {
    const { service, handle, other } = await held('held-again');
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await until(() => eventsOf(service).filter((event) => event === 'region-held').length === 2);
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.query(statusQuery)).held).toBe(true);
    other.open();
    await handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] });
    expect((await handle.result()).outcome).toBe('undone');
  });

  test('is followed when somebody held it inside the region', async () => {
    const service = world.service('local-hold');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    actLocally(service.regions[eu]!, 'hold');
    watch.open();
    await until(() => eventsOf(service).includes('region-held'));
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.regions[eu]?.row?.attempt).toEqual({ deployment: 1, local: 1 });
  });

  test('waits for a person when all its hosts are pinned', async () => {
    const service = world.service('pinned');
    service.regions[eu]!.pinned = true;
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    service.regions[eu]!.pinned = false;
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });
});
