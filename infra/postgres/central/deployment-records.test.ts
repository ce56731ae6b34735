import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  DeploymentProgress,
  FinishDeploymentInput,
  HookChange,
} from '../../../activities/deployment-record/contract.ts';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { ServiceSpec } from '../../../domain/spec/service-spec.ts';
import { createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { Audit, Deployment, HookRun, InboxRow, RegionOutcome, Release, Service } from './entities.ts';
import { createLaneRecords } from './lane-records.ts';
import { createRegionRecords } from './region-records.ts';

let central: CentralTestDatabase;
const service = serviceName('checkout');
const euWest = regionName('eu-west');
const apSouth = regionName('ap-south');
const ref = (number: number) => ({ service, deployment: deploymentNumber(number) });
const em = () => central.database.em.fork();
const records = () => createDeploymentRecords(central.database);

beforeEach(async () => {
  central = await createCentralDatabase();
  const { kind, source } = mergeRequest('m1');
  await em().insert(InboxRow, { service, deliveryKey: 'm1', payload: { kind, source }, receivedAt: new Date() });
  const lanes = createLaneRecords(central.database);
  for (const key of ['m1', 'm2']) await lanes.open(mergeRequest(key));
});
afterEach(() => central.close());

const progress = (sequence: number, change: Partial<DeploymentProgress> = {}): DeploymentProgress => ({
  ...ref(1),
  sequence,
  state: 'rolling',
  stage: 'canary',
  paused: false,
  held: false,
  waiting: null,
  regions: [],
  approvals: null,
  actor: 'slipway',
  event: 'batch-advanced',
  message: 'batch 1 of 2',
  ...change,
});

const undone: FinishDeploymentInput = {
  ...ref(1),
  sequence: 9,
  outcome: 'undone',
  reason: 'the canary failed',
  regions: [
    { region: euWest, outcome: 'undone' },
    { region: apSouth, outcome: 'undone' },
  ],
  pending: [apSouth],
  lock: { owner: 'slipway', reason: 'checkout/1 was undone', since: '2026-01-01T00:00:00.000Z' },
};

describe('promise 2: one deployment holds a service', () => {
  test('of many that ask at once one is told held and the others who holds it', async () => {
    const answers = await Promise.all([1, 2, 1, 2, 1, 2].map((number) => records().hold(ref(number))));
    const { holder } = await em().findOneOrFail(Service, { name: service });
    const ofHolder = answers.filter((_, index) => (index % 2) + 1 === holder);
    expect(ofHolder).toEqual([{ outcome: 'held' }, { outcome: 'held' }, { outcome: 'held' }]);
    expect(answers.filter(({ outcome }) => outcome === 'busy')).toEqual(Array(3).fill({ outcome: 'busy', holder }));
  });

  test('the next one holds it when the first has ended, and the first never again', async () => {
    await records().hold(ref(1));
    await records().finish(undone);
    expect(await records().hold(ref(2))).toEqual({ outcome: 'held' });
    expect(await records().hold(ref(1))).toEqual({ outcome: 'ended' });
  });
});

describe('progress', () => {
  const shown = () => em().findOneOrFail(Deployment, { service, number: deploymentNumber(1) });
  const recorded = () => em().count(Audit, { verb: 'batch-advanced' });

  test('what is shown never goes back, and each change is recorded once', async () => {
    expect(await records().showProgress(progress(2, { stage: 'world' }))).toBe('shown');
    expect(await records().showProgress(progress(1))).toBe('dropped');
    expect(await records().showProgress(progress(2, { stage: 'world' }))).toBe('dropped');
    expect(await shown()).toMatchObject({ sequence: 2, stage: 'world' });
    expect(await recorded()).toBe(2);
  });

  test('a change tells of the regions that changed, and leaves the others shown', async () => {
    const hosts = { total: 1, switched: 0, healthy: 0, failed: 0 };
    const at = (region: typeof euWest, state: 'pending' | 'rolling') =>
      ({ region, state, batch: 0, batches: 1, hosts, reason: null }) as const;
    await records().showProgress(progress(1, { regions: [at(euWest, 'pending'), at(apSouth, 'pending')] }));
    await records().showProgress(progress(2, { regions: [at(apSouth, 'rolling')] }));
    await records().showProgress(progress(3));
    expect((await shown()).regions).toEqual([at(euWest, 'pending'), at(apSouth, 'rolling')]);
  });

  test('what it waits for is kept with its kind, and since when it stands so', async () => {
    await records().showProgress(progress(1, { waiting: 'paused by ada', waitingFor: 'resume', paused: true }));
    const { since } = await shown();
    await records().showProgress(progress(2, { waiting: 'paused by ada', waitingFor: 'resume', paused: true }));
    expect(await shown()).toMatchObject({ waiting: 'paused by ada', waitingFor: 'resume', since });
    // The version before sends no kind.
    await records().showProgress(progress(3, { waiting: 'waits for something' }));
    expect(await shown()).toMatchObject({ waiting: 'waits for something', waitingFor: null });
    expect((await shown()).since).not.toEqual(since);
  });

  test('where each hook stands is kept, with what it printed, and neither a repeat nor late news changes it', async () => {
    const log = { digest: digest(`sha256:${'d'.repeat(64)}`), sizeBytes: 4, truncated: false, tail: 'up\0' };
    const place = { moment: 'before', region: null, index: 0, does: 'run', command: './up' } as const;
    const at = (state: HookChange['state'], more: Partial<HookChange> = {}): { readonly hook: HookChange } => ({
      hook: { ...place, state, why: null, log: null, ...more },
    });
    const runs = () => em().find(HookRun, {}, { orderBy: { sequence: 'asc' } });
    await records().showProgress(progress(1, at('begun')));
    expect(await runs()).toMatchObject([{ place: 'hooks.before[0]', state: 'begun', endedAt: null, log: null }]);
    await records().showProgress(progress(2, at('ran', { log })));
    await records().showProgress(progress(2, at('ran', { log })));
    await records().showProgress(progress(1, at('begun')));
    const ended = {
      place: 'hooks.before[0]',
      does: 'run',
      state: 'ran',
      endedAt: expect.any(Date),
      log: { ...log, tail: 'up\ufffd' },
    };
    expect(await runs()).toMatchObject([ended]);
    await records().showProgress(progress(3, at('undoing', { does: 'undo', command: './down' })));
    expect(await runs()).toMatchObject([ended, { does: 'undo', command: './down', state: 'undoing' }]);
    expect(await recorded()).toBe(3);
  });

  test('why it is undone is known while it is', async () => {
    await records().showProgress(
      progress(1, { state: 'undoing', event: 'undo-started', message: 'the canary failed' }),
    );
    await records().showProgress(
      progress(2, { state: 'undoing', event: 'region-undone', message: 'eu-west is undone' }),
    );
    expect(await shown()).toMatchObject({ reason: 'the canary failed' });
  });

  test.each(['abort', 'reject', 'hold-started'])('why it goes no further is known from its %s on', async (event) => {
    await records().showProgress(progress(1, { event, message: 'by ada: it smells' }));
    await records().showProgress(progress(2, { event: 'region-held', message: 'eu-west is held' }));
    expect(await shown()).toMatchObject({ reason: 'by ada: it smells' });
  });

  test('what the service ran when it was started is kept', async () => {
    await em().nativeUpdate(Service, { name: service }, { currentRelease: releaseNumber(7) });
    await createLaneRecords(central.database).claimStart(ref(1));
    await em().nativeUpdate(Service, { name: service }, { currentRelease: releaseNumber(8) });
    expect(await shown()).toMatchObject({ fromRelease: 7 });
  });

  test('a late one does not open what has ended', async () => {
    await records().finish(undone);
    expect(await records().showProgress(progress(99))).toBe('dropped');
    expect(await shown()).toMatchObject({ state: 'undone', stage: null });
  });
});

const intentOf = (deployment: number) => ({
  ...ref(deployment),
  attempt: { deployment: deploymentNumber(deployment), local: 0 },
  step: 'begin',
  mode: 'advance' as const,
  next: null,
  knownGeneration: 0 as const,
});

describe('finishing', () => {
  test('records the outcome, its regions and its lock, frees the service and ends the inbox row', async () => {
    await records().hold(ref(1));
    await createRegionRecords(central.database).recordObligation({
      ...ref(1),
      region: apSouth,
      kind: 'undo',
      attempt: { deployment: ref(1).deployment, local: 0 },
      generation: 0,
      controlRevision: 0,
      reason: 'unreachable',
    });
    expect(await records().finish(undone)).toBe('finished');
    expect(await em().findOneOrFail(Service, { name: service })).toMatchObject({
      holder: null,
      lock: undone.lock,
      currentRelease: null,
    });
    expect(await em().findOneOrFail(InboxRow, { deliveryKey: 'm1' })).toMatchObject({
      deployment: 1,
      finishedAt: expect.any(Date),
    });
    expect(await em().find(RegionOutcome, { service }, { orderBy: { region: 'asc' } })).toMatchObject([
      { region: 'ap-south', outcome: 'undone', pending: true },
      { region: 'eu-west', outcome: 'undone', pending: false },
    ]);
  });

  test('keeps what a build printed that failed', async () => {
    const buildLog = { digest: digest(`sha256:${'1'.repeat(64)}`), sizeBytes: 9, truncated: false, tail: 'no \0 such' };
    await records().finish({ ...undone, outcome: 'failed', regions: [], pending: [], buildLog });
    const release = await em().findOneOrFail(Release, { service, number: releaseNumber(1) });
    expect(release).toMatchObject({ state: 'retired', buildLog: { ...buildLog, tail: 'no \ufffd such' } });
  });

  test('keeps what an undo has left, for a person and in the audit', async () => {
    const left = { what: 'hook', name: 'hooks.before[0]', left: './up', undo: './down', why: 'exit code 1' } as const;
    await records().finish({ ...undone, outcome: 'failed', notUndone: [left] });
    expect(await em().findOneOrFail(Deployment, { service, number: deploymentNumber(1) })).toMatchObject({
      outcome: 'failed',
      notUndone: [left],
    });
    expect(await em().findOneOrFail(Audit, { verb: 'deployment-ended' })).toMatchObject({
      detail: { notUndone: [left] },
    });
  });

  test('the first end stays, whatever a repeat says', async () => {
    await records().finish(undone);
    expect(await records().finish({ ...undone, outcome: 'succeeded', regions: [], pending: [] })).toBe('repeated');
    expect(await em().findOneOrFail(Deployment, { service, number: deploymentNumber(1) })).toMatchObject({
      outcome: 'undone',
    });
    expect(await em().count(Audit, { verb: 'deployment-ended' })).toBe(1);
  });

  test('nothing of it is there when one part of it can not be written', async () => {
    await records().hold(ref(1));
    const nowhere = { region: regionName('nowhere'), outcome: 'undone' as const };
    await expect(records().finish({ ...undone, regions: [nowhere] })).rejects.toThrow(/foreign key/);
    expect(await em().findOneOrFail(Service, { name: service })).toMatchObject({ holder: 1, lock: null });
    expect(await em().findOneOrFail(Deployment, { service, number: deploymentNumber(1) })).toMatchObject({
      outcome: null,
    });
  });

  test('a lane that a person locked keeps that lock', async () => {
    const lock = { owner: 'mo', reason: 'INC-7', since: '2026-01-01T00:00:00.000Z' };
    await createLaneRecords(central.database).changeLock({ service, lock, by: 'mo', reason: 'INC-7', key: 'k' });
    await records().finish(undone);
    expect(await em().findOneOrFail(Service, { name: service })).toMatchObject({ lock });
  });

  test('a lane that would have opened by itself is kept shut by an undo, and says why', async () => {
    const lock = { owner: 'mo', reason: 'INC-7', since: '2026-01-01T00:00:00.000Z' };
    const until = '2026-01-01T01:00:00.000Z';
    const { changeLock } = createLaneRecords(central.database);
    await changeLock({ service, lock: { ...lock, until }, by: 'mo', reason: 'INC-7', key: 'k' });
    await records().finish(undone);
    const stays = { ...lock, reason: 'INC-7; checkout/1 was undone' };
    expect((await em().findOneOrFail(Service, { name: service })).lock).toEqual(stays);
    expect(await em().findOneOrFail(Audit, { key: 'lock:checkout/1' })).toMatchObject({ verb: 'lane-locked' });
    // Its lane opens it when the end has come that it knew of.
    const over = { service, lock: null, by: 'slipway', reason: 'it has ended', key: 'ended', ends: until };
    expect(await changeLock(over)).toEqual({ lock: stays });
    expect((await em().findOneOrFail(Service, { name: service })).lock).toEqual(stays);
  });
});

describe('a deployment to some of the regions', () => {
  const lanes = () => createLaneRecords(central.database);
  const whole = { ...undone, outcome: 'succeeded', lock: null, pending: [] } as const;
  const done = (region: typeof euWest) => ({ region, outcome: 'succeeded' as const });

  /** The first release succeeds in these regions; the second goes to some by its spec. */
  async function begin(ran: readonly (typeof euWest)[], spec: readonly (typeof euWest)[]): Promise<void> {
    for (const region of ran) await createRegionRecords(central.database).recordIntent({ ...intentOf(1), region });
    await records().finish(ran.length === 0 ? undone : { ...whole, regions: ran.map(done) });
    const rollout = { stages: [{ name: 'all', regions: spec }] };
    const ready = { state: 'ready', spec: { rollout } as unknown as ServiceSpec } as const;
    await em().nativeUpdate(Release, { service, number: releaseNumber(2) }, ready);
  }

  /** @returns what the service then runs, and its history */
  async function succeed(key: string, region: typeof euWest, pending: readonly (typeof euWest)[] = []) {
    const source = {
      from: 'person',
      person: 'ada',
      release: releaseNumber(2),
      reason: null,
      regions: [region],
    } as const;
    const opened = await lanes().open({ key, service, kind: 'rollout', source, traceparent: null });
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    const { deployment } = opened.deployment;
    await createRegionRecords(central.database).recordIntent({ ...intentOf(deployment), region });
    await records().finish({ ...whole, deployment, regions: [done(region)], pending });
    return { deployment, stands: await stands() };
  }

  async function stands() {
    const { currentRelease } = await em().findOneOrFail(Service, { name: service });
    return [currentRelease, (await lanes().readHistory(service)).successes.map(({ release }) => release)];
  }

  test('makes its release the current one once all have it', async () => {
    await begin([euWest, apSouth], [euWest, apSouth]);
    expect((await succeed('p1', euWest)).stands).toEqual([1, [1]]);
    expect((await succeed('p2', apSouth)).stands).toEqual([2, [1, 2]]);
  });

  test('does so too when the last of them was owed, and has it later', async () => {
    await begin([euWest, apSouth], [euWest, apSouth]);
    await succeed('p1', euWest);
    const { deployment, stands: before } = await succeed('p2', apSouth, [apSouth]);
    expect(before).toEqual([1, [1]]);
    const { obligations } = await createRegionRecords(central.database).listObligations({
      region: apSouth,
      runAt: '2026-01-01T00:00:00.000Z',
      most: 9,
    });
    const owed = obligations.find((one) => one.deployment === deployment)!;
    await createRegionRecords(central.database).settleObligation({ ...owed, settlement: 'applied' });
    expect(await stands()).toEqual([2, [1, 2]]);
  });

  test('waits for no region that its spec has dropped', async () => {
    await begin([euWest, apSouth], [euWest]);
    expect((await succeed('p1', euWest)).stands).toEqual([2, [1, 2]]);
  });

  test("is not the service's while another of its regions has nothing yet", async () => {
    await begin([], [euWest, apSouth]);
    expect((await succeed('p1', euWest)).stands).toEqual([null, [2]]);
  });
});
