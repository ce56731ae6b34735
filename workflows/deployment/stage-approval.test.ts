import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { teamName } from '../../domain/names.ts';
import type { ApprovePolicy } from '../../domain/spec/service-spec.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import { ap, approveByOne, eventsOf, eu, hash, twoStages, us } from '../../test/workflow-world/service-world.ts';
import {
  approveSignal,
  approveUpdate,
  breakGlassUpdate,
  pauseUpdate,
  rejectSignal,
  rejectUpdate,
  resumeUpdate,
  statusQuery,
} from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const token = (text: string) => ({ args: [{ token: text }] as [{ token: string }] });
const security = teamName('security');
const byTwo: ApprovePolicy = { quorum: 2, roles: ['release-owner'], expiresMs: 3_600_000 };

/** The second stage asks; the first has been through. */
async function waitingBeforeWorld(name: string, approve: ApprovePolicy = approveByOne!, ofRelease = false) {
  const service = world.service(name);
  const [canary, later] = twoStages.stages;
  const stages = [canary!, { ...later!, approve }];
  service.plan = { ...twoStages, stages, approve: ofRelease ? approveByOne : null };
  const handle = await world.deploy(service);
  if (ofRelease) {
    await until(() => eventsOf(service).includes('approval-wanted'));
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
  }
  await until(() => eventsOf(service).includes('stage-approval-wanted'));
  await until(() => eventsOf(service).filter((event) => event === 'region-replicated').length === 3);
  return { service, handle };
}

const touched = (service: { readonly intents: readonly { readonly region: string }[] }) =>
  new Set(service.intents.map(({ region }) => region));

describe('a stage that asks', () => {
  test('begins in no region before it is approved, and says whom it waits for, and until when', async () => {
    const { service, handle } = await waitingBeforeWorld('stage-waits');
    expect(touched(service)).toEqual(new Set([eu]));
    const { state, stage, waiting, approvals, asked, binding } = await handle.query(statusQuery);
    expect({ state, stage, approvals }).toEqual({
      state: 'rolling',
      stage: 'world',
      approvals: { given: 0, wanted: 1, by: [], stage: 'world' },
    });
    expect(waiting).toMatch(/^waits for approval of stage world \(0 of 1\) by release-owner; expires /);
    expect(service.progress.at(-1)).toMatchObject({ waitingFor: 'stage-approval' });
    expect(asked).toMatchObject({ stage: 'world', binding: { stage: 'world', regions: [us, ap] } });
    expect(binding).not.toHaveProperty('stage');
    const answer = await handle.executeUpdate(approveUpdate, token('approve:mo::world'));
    expect(answer).toEqual({ accepted: true, message: 'approved by mo, 1 of 1' });
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(touched(service)).toEqual(new Set([eu, us, ap]));
    expect(service.progress.find(({ event }) => event === 'stage-approved')?.message).toBe(
      'world may begin: approved by mo',
    );
  });

  test('takes no approval of the release, nor one of another stage', async () => {
    const { service, handle } = await waitingBeforeWorld('stage-bound', byTwo, true);
    // It let the release run, and counts for nothing here.
    expect((await handle.query(statusQuery)).approvals).toEqual({ given: 0, wanted: 2, by: [], stage: 'world' });
    for (const other of ['approve:kim', 'approve:kim::canary'])
      expect(await handle.executeUpdate(approveUpdate, token(other))).toEqual({
        accepted: false,
        message: 'the approval token is for another stage',
      });
    await handle.executeUpdate(approveUpdate, token('approve:mo:2:world'));
    await handle.executeUpdate(approveUpdate, token('approve:mo:3:world'));
    expect((await handle.query(statusQuery)).approvals).toEqual({ given: 1, wanted: 2, by: ['mo'], stage: 'world' });
    expect(await handle.executeUpdate(approveUpdate, token('approve:lin:2:world'))).toMatchObject({ accepted: false });
    expect(touched(service)).toEqual(new Set([eu]));
    await handle.signal(approveSignal, 'approve:kim:2:world');
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('asks again when an approval has expired before the others came', async () => {
    const { service, handle } = await waitingBeforeWorld('stage-expires', byTwo);
    await handle.executeUpdate(approveUpdate, token('approve:mo::world'));
    await world.env.sleep('61m');
    await until(() => eventsOf(service).includes('approval-expired'));
    expect(service.progress.at(-1)?.message).toBe('asks again for approval of stage world, 0 of 2');
    expect(touched(service)).toEqual(new Set([eu]));
    await handle.executeUpdate(approveUpdate, token('approve:mo:2:world'));
    await handle.executeUpdate(approveUpdate, token('approve:kim:2:world'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test.each([
    ['an approval', approveUpdate, 'approve:mo::world', 'approve:mo:2:world'],
    ['broken glass', breakGlassUpdate, 'break-glass:mo::world', 'break-glass:mo:2:world'],
  ] as const)('does not begin by %s that expired while it was paused', async (what, update, first, second) => {
    const policy: ApprovePolicy = { ...approveByOne!, expiresMs: 3_600_000, breakGlass: 'one-with-review' };
    const { service, handle } = await waitingBeforeWorld(`stage-paused-${what.replace(' ', '-')}`, policy);
    await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: 'a look' }] });
    await handle.executeUpdate(update, token(first));
    await until(() => eventsOf(service).includes('stage-approved'));
    // What was agreed to is the stage's, and no answer to anything else.
    expect(await handle.query(statusQuery)).toMatchObject({ asked: null, approvedBy: [] });
    await world.env.sleep('61m');
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await until(() => eventsOf(service).includes('approval-expired'));
    expect(service.progress.find(({ event }) => event === 'approval-expired')?.message).toBe(
      'asks again for approval of stage world, 0 of 1',
    );
    expect(touched(service)).toEqual(new Set([eu]));
    expect((await handle.query(statusQuery)).asked).toMatchObject({ stage: 'world' });
    await handle.executeUpdate(update, token(second));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('begins after a pause by an approval that still counts', async () => {
    const { service, handle } = await waitingBeforeWorld('stage-paused-shortly', byTwo);
    await handle.executeUpdate(approveUpdate, token('approve:mo::world'));
    await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: 'a look' }] });
    await handle.executeUpdate(approveUpdate, token('approve:kim::world'));
    await world.env.sleep('30m');
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(service)).not.toContain('approval-expired');
  });

  test('does not begin without the group that has to be among those who agree', async () => {
    const among = [{ quorum: 1, roles: [], teams: [security] }];
    const { service, handle } = await waitingBeforeWorld('stage-group', { ...byTwo, among });
    service.teams = { eve: [security] };
    await handle.executeUpdate(approveUpdate, token('approve:mo::world'));
    const { message } = await handle.executeUpdate(approveUpdate, token('approve:kim::world'));
    expect(message).toBe('approved by kim, 1 of 2; 1 of team security among them');
    expect((await handle.query(statusQuery)).waiting).toMatch(/, 1 of team security among them; expires /);
    expect(touched(service)).toEqual(new Set([eu]));
    await handle.executeUpdate(approveUpdate, token('approve:eve::world'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('is undone where it had begun when it is rejected, with the reason that was given', async () => {
    const { service, handle } = await waitingBeforeWorld('stage-rejected');
    await expect(handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: ' ' }] })).rejects.toMatchObject({
      cause: { message: 'reason must say why' },
    });
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: 'canary is slow' }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'undone',
      reason: 'stage world was rejected by mo: canary is slow',
    });
    expect((await handle.query(statusQuery)).asked).toBeNull();
    expect(touched(service)).toEqual(new Set([eu]));
  });

  test('says of a bare signal to reject it that nobody gave a reason', async () => {
    const { handle } = await waitingBeforeWorld('stage-signalled');
    await handle.signal(rejectSignal);
    expect((await handle.result()).reason).toBe('stage world was rejected by temporal: no reason was given');
  });

  test('refuses a token whose stage began while it was verified', async () => {
    const { service, handle } = await waitingBeforeWorld('stage-races', byTwo);
    await handle.executeUpdate(approveUpdate, token('approve:mo::world'));
    const verifying = createGate();
    service.verifying = verifying;
    const late = handle.executeUpdate(approveUpdate, token('approve:kim::world'));
    await until(() => verifying.waiting() > 0);
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'ada', reason: 'no' }] });
    verifying.open();
    expect(await late).toMatchObject({ accepted: false });
    expect((await handle.result()).outcome).toBe('undone');
  });
});

describe('a plan that has changed while nobody answered', () => {
  async function waiting(name: string) {
    const service = world.service(name);
    service.plan = { ...twoStages, approve: byTwo };
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('approval-wanted'));
    await until(() => eventsOf(service).filter((event) => event === 'region-replicated').length === 3);
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    return { service, handle };
  }

  test('voids what was approved, and people are asked about the new one', async () => {
    const { service, handle } = await waiting('plan-moved');
    await world.env.sleep('50m');
    await handle.executeUpdate(approveUpdate, token('approve:mo:2'));
    service.planDigest = hash('d');
    await world.env.sleep('11m');
    await until(() => eventsOf(service).includes('plan-changed'));
    const { planDigest, asked, approvedBy } = await handle.query(statusQuery);
    expect({ planDigest, bound: asked?.binding.planDigest, approvedBy }).toEqual({
      planDigest: hash('d'),
      bound: hash('d'),
      approvedBy: [],
    });
    expect(service.progress.find(({ event }) => event === 'plan-changed')?.message).toBe(
      'the plan has changed, and what was approved is void',
    );
    await handle.executeUpdate(approveUpdate, token('approve:mo:3'));
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('voids it also when enough have agreed in time, says what has changed, and goes by the new one', async () => {
    const { service, handle } = await waiting('plan-moved-late');
    const [canary, later] = twoStages.stages;
    const tighter = { ...twoStages, approve: byTwo, stages: [canary!, { ...later!, batches: [{ percent: 100 }] }] };
    service.plan = tighter;
    service.planDigest = hash('d');
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    await until(() => eventsOf(service).includes('plan-changed'));
    const at = service.progress.findIndex(({ event }) => event === 'plan-changed');
    await until(() => service.progress.length > at + 1);
    expect(service.progress.slice(at, at + 2).map(({ message }) => message)).toEqual([
      'the plan has changed (stages), and what was approved is void',
      'asks again for approval, 0 of 2',
    ]);
    expect(service.admissionsAsked).toBe(0);
    await handle.executeUpdate(approveUpdate, token('approve:mo:2'));
    await handle.executeUpdate(approveUpdate, token('approve:kim:2'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.regions[us]?.ran).toEqual(['copy', 'begin', 'advance:1', 'watch:1', 'finish']);
    expect(eventsOf(service).filter((event) => event === 'plan-changed')).toHaveLength(1);
  });

  test('and then asks nobody goes on by itself, and is made no third time', async () => {
    const { service, handle } = await waiting('plan-loosened');
    service.plan = { ...twoStages, approve: null };
    service.planDigest = hash('d');
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.admissionsAsked).toBe(1);
  });

  test('ends it when enough have agreed to what can be carried out no more', async () => {
    const { service, handle } = await waiting('plan-forbidden');
    service.planRefused = 'hooks may not run here';
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    expect(await handle.result()).toMatchObject({
      outcome: 'failed',
      reason: 'plan-forbidden@1 was not admitted: hooks may not run here',
    });
    expect(service.admissionsAsked).toBe(0);
  });

  test('ends it when it can be carried out no more', async () => {
    const { service, handle } = await waiting('plan-gone');
    service.planRefused = 'there is no region "eu-west"';
    await world.env.sleep('61m');
    expect(await handle.result()).toMatchObject({
      outcome: 'failed',
      reason: 'plan-gone@1 was not admitted: there is no region "eu-west"',
    });
  });
});

describe('glass', () => {
  const glass = (person: string, stage = '') => token(`break-glass:${person}:${stage === '' ? '' : `:${stage}`}`);

  async function waiting(name: string, breakGlass?: 'one-with-review' | 'never') {
    const service = world.service(name);
    service.plan = { ...twoStages, approve: { ...byTwo, ...(breakGlass && { breakGlass }) } };
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('approval-wanted'));
    await until(() => eventsOf(service).filter((event) => event === 'region-replicated').length === 3);
    return { service, handle };
  }

  test('is broken by two persons, who are on record', async () => {
    const { service, handle } = await waiting('glass-two');
    const first = await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo'));
    expect(first).toEqual({ accepted: true, message: 'glass broken by mo; another person is wanted, too' });
    const { waiting: told, approvals } = await handle.query(statusQuery);
    expect(told).toMatch(/; glass broken by mo, until \S+ \S+ UTC another person is wanted, too$/);
    expect(approvals).toMatchObject({ given: 0, by: [], brokenBy: ['mo'] });
    await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo:2'));
    expect(service.admissionsAsked).toBe(0);
    // One of the two may have made the change: the other has looked at it.
    await handle.executeUpdate(breakGlassUpdate, token('break-glass:lin'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.admittedByGlass).toEqual([['mo', 'lin']]);
    expect(service.brokenGlass).toMatchObject([
      { stage: null, review: false, broken: [{ person: 'mo', incident: 'INC-7' }, { person: 'lin' }] },
    ]);
    expect(service.progress.filter(({ event }) => event === 'break-glass').map(({ actor }) => actor)).toEqual([
      'mo',
      'mo',
      'lin',
    ]);
  });

  test('is broken by one where the organisation has that, and wants a review', async () => {
    const { service, handle } = await waiting('glass-one', 'one-with-review');
    const answer = await handle.executeUpdate(breakGlassUpdate, token('break-glass:lin'));
    expect(answer).toEqual({
      accepted: true,
      message: 'glass broken by lin; another person reviews it afterwards',
    });
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.brokenGlass).toMatchObject([{ review: true, broken: [{ person: 'lin' }], excluded: ['lin'] }]);
  });

  test('is broken by nobody where it says never', async () => {
    const { service, handle } = await waiting('glass-never', 'never');
    await expect(handle.executeUpdate(breakGlassUpdate, token('break-glass:mo'))).rejects.toMatchObject({
      cause: { message: 'nobody goes past the approval of glass-never/1: breakGlass is never' },
    });
    expect(service.verified).toEqual([]);
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: 'no' }] });
    await handle.result();
  });

  test('of one person alone does not count for ever', async () => {
    const { service, handle } = await waiting('glass-late');
    await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo'));
    await world.env.sleep('61m');
    await until(() => service.progress.some(({ event }) => event === 'glass-expired'));
    const { waiting: told, approvals } = await handle.query(statusQuery);
    expect(told).not.toContain('glass');
    expect(approvals).not.toHaveProperty('brokenBy');
    const late = await handle.executeUpdate(breakGlassUpdate, token('break-glass:kim'));
    expect(late.message).toBe('glass broken by kim; another person is wanted, too');
    expect(service.admissionsAsked).toBe(0);
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: 'no' }] });
    await handle.result();
  });

  test('is broken for one stage at a time', async () => {
    const { service, handle } = await waitingBeforeWorld('glass-stage', { ...byTwo, breakGlass: 'one-with-review' });
    expect(await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo'))).toMatchObject({ accepted: false });
    await handle.executeUpdate(breakGlassUpdate, glass('mo', 'world'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.brokenGlass).toMatchObject([{ stage: 'world', review: true }]);
  });

  test('is shut by five bad tokens, whatever they were for', async () => {
    const { service, handle } = await waiting('glass-guessed');
    const bad = Array.from({ length: 7 }, (_, index) =>
      handle.executeUpdate(index % 2 === 0 ? breakGlassUpdate : approveUpdate, token(`guess-${index}`)),
    );
    await Promise.all(bad);
    expect(service.verified).toHaveLength(5);
    const { message } = await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo'));
    expect(message).toBe(
      '5 bad tokens were sent: no more are looked at, good ones neither; abort it, and deploy again',
    );
    await expect(
      handle.executeUpdate(breakGlassUpdate, { args: [{ token: 7 }] as unknown as [{ token: string }] }),
    ).rejects.toMatchObject({ cause: { message: expect.stringMatching(/^needs a token/) } });
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: 'no' }] });
    await handle.result();
  });
});
