import type { WorkflowHandle } from '@temporalio/client';
import { weekdays } from '../../domain/calendar/recurrence.ts';
import type { Hook } from '../../domain/hook/hook.ts';
import type { ApprovePolicy } from '../../domain/spec/service-spec.ts';
import { deploymentNumber, releaseNumber } from '../../domain/names.ts';
import type { deployment, lane, reconcile, recovery } from '../../workflows/index.ts';
import {
  abortUpdate,
  approveSignal,
  approveUpdate,
  breakGlassUpdate,
  endUndoUpdate,
  pauseUpdate,
  promoteUpdate,
  rejectUpdate,
  resumeUpdate,
  skipRegionUpdate,
} from '../../workflows/messages/deployment.ts';
import { lookSignal } from '../../workflows/messages/fleet.ts';
import type { Accepted } from '../../workflows/messages/lane.ts';
import {
  hotfixUpdate,
  lockUpdate,
  rollbackUpdate,
  submitUpdate,
  unlockUpdate,
  withdrawUpdate,
} from '../../workflows/messages/lane.ts';
import { recoveryStart } from '../../workflows/messages/recovery.ts';
import { controlQueue } from '../../workflows/messages/queues.ts';
import { newerMerge, submission } from '../workflow-world/opened-lane.ts';
import type { WorkflowWorld } from '../workflow-world/environment.ts';
import { until } from '../workflow-world/environment.ts';
import { wasStarted } from '../workflow-world/opened-lane.ts';
import { nothingYet } from '../workflow-world/gate-activities.ts';
import { actLocally, benignFault } from '../workflow-world/region-world.ts';
import type { ServiceWorld } from '../workflow-world/service-world.ts';
import { approveByOne, builtBy, eu, eventsOf, hash, twoStages, us } from '../workflow-world/service-world.ts';

/** Ids of the workflows whose histories are kept, and what tells their files apart; without a run, the last one. */
export type Kept = readonly (readonly [workflowId: string, suffix: string, runId?: string])[];
export type Shape = (world: WorkflowWorld, service: ServiceWorld) => Promise<Kept>;

export const abort = {
  args: [{ by: 'ada', reason: 'it smells', hold: false }] as [{ by: string; reason: string; hold: boolean }],
};
export const token = (text: string) => ({ args: [{ token: text }] as [{ token: string }] });

export const ids = ({ service }: ServiceWorld) => `deployment:${service}:1`;
export const whole = (service: ServiceWorld): Kept => [[ids(service), '']];
export const withRegion = (service: ServiceWorld): Kept => [
  [ids(service), ''],
  [`${ids(service)}:${eu}`, '.region'],
];
export const withUndo = (service: ServiceWorld): Kept => [
  ...withRegion(service),
  [`${ids(service)}:${eu}:undo`, '.undo'],
];

export const migration: Hook = { run: './up', undo: './down', timeoutMs: 60_000, mayStay: false, destructive: false };

/** Two regions in two stages: as many kinds of events as with more, in half as many lines. */
export const small = {
  ...twoStages,
  stages: twoStages.stages.map((stage) => ({ ...stage, regions: stage.regions.slice(0, 1) })),
};

const errorRate = {
  name: 'error_rate',
  promql: 'error_rate',
  max: 0.01,
  min: null,
  forMs: 60_000,
  everyMs: 15_000,
  samples: 3,
};

export async function started(world: WorkflowWorld, service: ServiceWorld, event: string) {
  service.plan = { ...small, ...service.plan, stages: small.stages };
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes(event));
  return handle;
}

export const heldIn = (service: ServiceWorld, step: string) => {
  const gate = service.regions[eu]!.gate(step);
  return { gate, reached: () => until(() => gate.waiting() > 0) };
};

export async function abortedAt(world: WorkflowWorld, service: ServiceWorld, step: string, hold = false) {
  const { reached } = heldIn(service, step);
  const handle = await started(world, service, 'stage-started');
  await reached();
  await handle.executeUpdate(abortUpdate, { args: [{ ...abort.args[0], hold }] });
  return handle;
}

/** From this step on, eu-west answers nothing. */
export function goesDarkAt(service: ServiceWorld, step: string): void {
  const region = service.regions[eu]!;
  const { enter } = region;
  region.enter = (id) => {
    region.away ||= id === step;
    return region.away ? Promise.reject(benignFault('dark')) : enter(id);
  };
}

/** Terminated in this step, then ended by recovery. */
async function lostAt(world: WorkflowWorld, service: ServiceWorld, step: string): Promise<Kept> {
  wasStarted(service);
  const { gate, reached } = heldIn(service, step);
  const handle = await started(world, service, 'stage-started');
  await reached();
  await handle.terminate('by mistake');
  const recovering = await world.env.client.workflow.start<typeof recovery>('recovery', recoveryStart(first(service)));
  gate.open();
  await recovering.result();
  return [[recovering.workflowId, '']];
}

/** Waits before its second stage; the release needs two who go past its approval, if it asks. */
export async function stageAsks(
  world: WorkflowWorld,
  service: ServiceWorld,
  policy: Partial<ApprovePolicy> = {},
  ofRelease: ApprovePolicy | null = null,
) {
  const [canary, later] = small.stages;
  const stages = [canary!, { ...later!, approve: { ...approveByOne!, ...policy } }];
  service.plan = { ...small, stages, approve: ofRelease };
  const handle = await world.deploy(service);
  if (ofRelease !== null) {
    await until(() => eventsOf(service).includes('approval-wanted'));
    await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo'));
    await handle.executeUpdate(breakGlassUpdate, token('break-glass:kim'));
  }
  await until(() => eventsOf(service).includes('stage-approval-wanted'));
  return handle;
}

export const first = ({ service }: ServiceWorld) => ({ service, deployment: deploymentNumber(1) });

export const shapes: Readonly<Record<string, Shape>> = {
  'good-with-everything': async (world, service) => {
    const [canary] = small.stages;
    service.plan = { ...small, approve: approveByOne, verify: { run: './smoke.sh', timeoutMs: 60_000 } };
    service.build = builtBy(service.service, 'npm test');
    service.plan = { ...service.plan, stages: [{ ...canary!, bakeMs: 60_000 }, small.stages[1]!] };
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('approval-wanted'));
    await handle.signal(approveSignal, 'a bad one');
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await handle.result();
    return withRegion(service);
  },
  'checks-and-metrics': async (world, service) => {
    const [canary, rest] = small.stages;
    const stages = [{ ...canary!, bakeMs: 60_000, metrics: [errorRate] }, rest!];
    const verify = { run: null, timeoutMs: 60_000, metrics: [errorRate] };
    const checks = { require: ['ci/lint'], withinMs: 1_800_000 };
    service.plan = { ...small, stages, checks, verify };
    service.checks = (look) =>
      look === 1
        ? { outcome: 'waiting', missing: [], pending: ['ci/lint'], fault: null }
        : { outcome: 'passed', evidence: [] };
    const text = 'error_rate 0.004 of at most 0.010';
    service.metrics = (look) => ({ outcome: look === 1 ? 'watching' : 'good', text });
    await (await world.deploy(service)).result();
    return whole(service);
  },
  'checks-overdue': async (world, service) => {
    service.plan = { ...small, checks: { require: ['ci/lint'], withinMs: 60_000 } };
    service.checks = (_, { isLast }) =>
      isLast ? { outcome: 'waiting', missing: ['ci/lint'], pending: [], fault: null } : nothingYet();
    await (await world.deploy(service)).result();
    return whole(service);
  },
  'metrics-decide-nothing': async (world, service) => {
    service.plan = { ...small, verify: { run: null, timeoutMs: 60_000, metrics: [errorRate] } };
    service.metrics = () => ({ outcome: 'inconclusive', text: 'error_rate at most 0.01: no data' });
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('gate-held'));
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await handle.result();
    return whole(service);
  },
  'metrics-bad': async (world, service) => {
    service.plan = { ...small, verify: { run: null, timeoutMs: 60_000, metrics: [errorRate] } };
    service.metrics = () => ({ outcome: 'bad', text: 'error_rate 0.2 of at most 0.1' });
    await (await world.deploy(service)).result();
    return whole(service);
  },
  'existing-release': async (world, service) => {
    service.plan = small;
    await (await world.deploy(service, { build: null, kind: 'roll-forward' })).result();
    return whole(service);
  },
  'bad-canary': async (world, service) => {
    service.regions[eu]!.judge = () => 'stop';
    await (await started(world, service, 'planned')).result();
    return withUndo(service);
  },
  'bad-world': async (world, service) => {
    service.regions[us]!.judge = () => 'stop';
    await (await started(world, service, 'planned')).result();
    return whole(service);
  },
  'hooks-around-all': async (world, service) => {
    const lists = { before: [migration], after: [migration] };
    service.plan = { ...small, hooks: { ...lists, region: lists } };
    await (await world.deploy(service)).result();
    return whole(service);
  },
  'hooks-undone': async (world, service) => {
    const lossy = { ...migration, undo: './drop', destructive: true };
    const lists = { before: [migration], after: [] };
    service.plan = { ...small, hooks: { before: [migration, lossy], after: [], region: lists } };
    service.regions[eu]!.judge = () => 'stop';
    const handle = await started(world, service, 'planned');
    await until(() => eventsOf(service).includes('decision-wanted'));
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await handle.result();
    return whole(service);
  },
  'hooks-not-undone': async (world, service) => {
    service.plan = { ...small, hooks: { before: [migration], after: [], region: { before: [], after: [] } } };
    service.hook = ({ does }) => ({ outcome: does === 'undo' ? 'failed' : 'passed', reason: 'exit code 1', log: null });
    const { reached } = heldIn(service, 'watch:1');
    const handle = await started(world, service, 'stage-started');
    await reached();
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    return whole(service);
  },
  'build-fails': async (world, service) => {
    service.build = { outcome: 'failed', reason: 'exit code 1', exitCode: 1, log: null };
    await (await world.deploy(service)).result();
    return whole(service);
  },
  'service-busy': async (world, service) => {
    service.holder = deploymentNumber(7);
    const handle = await started(world, service, 'service-busy');
    service.holder = null;
    await handle.result();
    return whole(service);
  },
  rejected: async (world, service) => {
    service.plan = { ...small, approve: approveByOne };
    const handle = await started(world, service, 'approval-wanted');
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: 'not today' }] });
    await handle.result();
    return whole(service);
  },
  'approval-expires': async (world, service) => {
    service.plan = { ...small, approve: { ...approveByOne!, quorum: 2 } };
    const handle = await started(world, service, 'approval-wanted');
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await world.env.sleep('61m');
    await handle.executeUpdate(approveUpdate, token('approve:mo:2'));
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    await handle.result();
    return whole(service);
  },
  'glass-expires': async (world, service) => {
    service.plan = { ...small, approve: approveByOne };
    const handle = await started(world, service, 'approval-wanted');
    await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo'));
    await world.env.sleep('61m');
    await until(() => eventsOf(service).includes('glass-expired'));
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await handle.result();
    return whole(service);
  },
  'plan-changes': async (world, service) => {
    service.plan = { ...small, approve: approveByOne };
    const handle = await started(world, service, 'approval-wanted');
    service.planDigest = hash('d');
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await until(() => eventsOf(service).includes('plan-changed'));
    await handle.executeUpdate(approveUpdate, token('approve:mo:2'));
    await handle.result();
    return whole(service);
  },
  'signal-refused': async (world, service) => {
    service.plan = { ...small, approve: approveByOne };
    const handle = await started(world, service, 'approval-wanted');
    await handle.signal('fleetAnswer');
    await until(() => eventsOf(service).includes('signal-refused'));
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await handle.result();
    return whole(service);
  },
  'stage-approval': async (world, service) => {
    const handle = await stageAsks(world, service, { quorum: 2 });
    await handle.executeUpdate(approveUpdate, token('approve:mo::world'));
    await world.env.sleep('61m');
    await handle.executeUpdate(approveUpdate, token('approve:mo:2:world'));
    await handle.executeUpdate(approveUpdate, token('approve:kim:2:world'));
    await handle.result();
    return whole(service);
  },
  'stage-rejected': async (world, service) => {
    const handle = await stageAsks(world, service);
    await handle.executeUpdate(rejectUpdate, { args: [{ by: 'mo', reason: 'not before the weekend' }] });
    await handle.result();
    return whole(service);
  },
  'glass-broken': async (world, service) => {
    const handle = await stageAsks(world, service, { breakGlass: 'one-with-review' }, approveByOne);
    await handle.executeUpdate(breakGlassUpdate, token('break-glass:mo::world'));
    await handle.result();
    return whole(service);
  },
  'paused-and-resumed': async (world, service) => {
    const { gate, reached } = heldIn(service, 'watch:1');
    const handle = await started(world, service, 'stage-started');
    await reached();
    await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: 'lunch' }] });
    gate.open();
    await until(() => eventsOf(service).includes('region-paused'));
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await handle.result();
    return withRegion(service);
  },
  'held-and-resumed': async (world, service) => {
    service.regions[eu]!.judge = () => 'hold';
    const handle = await started(world, service, 'region-held');
    service.regions[eu]!.judge = () => 'advance';
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await handle.result();
    return withRegion(service);
  },
  'held-in-the-region': async (world, service) => {
    const { gate, reached } = heldIn(service, 'watch:1');
    const handle = await started(world, service, 'stage-started');
    await reached();
    actLocally(service.regions[eu]!, 'hold');
    gate.open();
    await until(() => eventsOf(service).includes('region-held'));
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await handle.result();
    return withRegion(service);
  },
  'waits-for-hosts': async (world, service) => {
    service.regions[eu]!.hosts = 0;
    const handle = await started(world, service, 'region-waiting');
    service.regions[eu]!.hosts = 4;
    await handle.result();
    return withRegion(service);
  },
  'region-unreachable': async (world, service) => {
    goesDarkAt(service, 'watch:1');
    const handle = await started(world, service, 'stage-started');
    await until(async () => {
      await world.env.sleep('10s');
      return eventsOf(service).includes('region-unreachable');
    });
    service.regions[eu]!.enter = () => Promise.resolve();
    await handle.result();
    return withRegion(service);
  },
  'copy-waits': async (world, service) => {
    const region = service.regions[eu]!;
    const { enter } = region;
    region.enter = (id) => (id === 'copy' ? Promise.reject(benignFault('no space left in the store')) : enter(id));
    const handle = await started(world, service, 'planned');
    await until(async () => {
      await world.env.sleep('10s');
      return eventsOf(service).includes('copy-waits');
    });
    region.enter = enter;
    await handle.result();
    return whole(service);
  },
  'aborted-before': async (world, service) => {
    service.plan = { ...small, approve: approveByOne };
    const handle = await started(world, service, 'approval-wanted');
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    return whole(service);
  },
  'aborted-in-begin': async (world, service) => {
    await (await abortedAt(world, service, 'begin')).result();
    return withUndo(service);
  },
  'aborted-in-batch': async (world, service) => {
    await (await abortedAt(world, service, 'watch:1')).result();
    return withUndo(service);
  },
  'aborted-with-hold': async (world, service) => {
    await (await abortedAt(world, service, 'watch:1', true)).result();
    return whole(service);
  },
  'cancelled-in-temporal': async (world, service) => {
    const { reached } = heldIn(service, 'watch:1');
    const handle = await started(world, service, 'stage-started');
    await reached();
    await handle.cancel();
    await handle.result();
    return whole(service);
  },
  'asks-a-person': async (world, service) => {
    service.plan = { ...small, rollback: { automatic: false, lockAfter: true } };
    service.regions[eu]!.judge = () => 'stop';
    const handle = await started(world, service, 'decision-wanted');
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    return whole(service);
  },
  'undo-owed': async (world, service) => {
    goesDarkAt(service, 'advance:1');
    const handle = await started(world, service, 'region-begun');
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    return withUndo(service);
  },
  'undo-ended': async (world, service) => {
    service.regions[eu]!.gate('undo');
    const handle = await abortedAt(world, service, 'watch:1');
    await handle.executeUpdate(endUndoUpdate, token('end-undo:mo'));
    await handle.result();
    return withUndo(service);
  },
  'finish-owed': async (world, service) => {
    goesDarkAt(service, 'finish');
    await (await started(world, service, 'planned')).result();
    return whole(service);
  },
  'region-skipped': async (world, service) => {
    service.regions[us]!.pinned = true;
    const handle = await started(world, service, 'region-held');
    const skip = { token: `skip-region:mo:::${us}`, region: us, reason: 'its link is down' };
    await handle.executeUpdate(skipRegionUpdate, { args: [skip] });
    await handle.result();
    return [...whole(service), [`${ids(service)}:${us}`, '.region']];
  },
  promoted: async (world, service) => {
    service.plan = { ...small, stages: small.stages.map((stage) => ({ ...stage, bakeMs: 60_000 })) };
    const bake = service.regions[eu]!.gate('bake');
    const handle = await world.deploy(service);
    await until(() => bake.waiting() > 0 && eventsOf(service).includes('region-baking'));
    await handle.executeUpdate(promoteUpdate, { args: [{ token: 'promote:mo::canary', reason: 'INC-7' }] });
    await handle.result();
    return withRegion(service);
  },
  'recovery-undoes': async (world, service) => lostAt(world, service, 'watch:1'),
  'recovery-finishes': async (world, service) => lostAt(world, service, 'finish'),
  'waits-for-the-fleet': async (world, service) => {
    const minute = 60_000;
    const nowMs = await world.env.currentTimeMs();
    const at = (minutes: number): string => new Date(nowMs + minutes * minute).toISOString();
    const frozen = { freeze: 7, kind: 'freeze', owner: 'mo', reason: 'holidays', policy: 'hold' } as const;
    const freeze = (number: number, from: string, over: string) => ({
      ...frozen,
      freeze: number,
      scope: { services: [], regions: [] },
      when: { every: 'once' as const, from, until: over },
    });
    const clock = (minutes: number): string => at(minutes).slice(11, 16);
    const window = { every: 'week', timeZone: 'UTC', days: weekdays, from: clock(60), to: clock(240) } as const;
    service.plan = { ...small, window };
    world.fleet.freezes = [freeze(7, at(0), at(70))];
    world.fleet.caps = { overall: 1, perRegion: 1 };
    const fleet = await world.openFleet();
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service, { asksFleet: true });
    const ended = handle.result();
    await until(() => watch.waiting() > 0);
    const begunMs = await world.env.currentTimeMs();
    world.fleet.freezes = [freeze(8, at(0), new Date(begunMs + 10 * minute).toISOString())];
    await fleet.signal(lookSignal);
    await until(() => eventsOf(service).filter((event) => event === 'frozen').length === 2);
    watch.open();
    await ended;
    await fleet.cancel();
    await fleet.result().catch(() => undefined);
    return [
      [ids(service), ''],
      [fleet.workflowId, '.fleet'],
    ];
  },
  lane: (world, service) => workedLane(world, service),
  // Since what a rollback waits for is kept in Postgres.
  'lane-kept-rollback': (world, service) => workedLane(world, service),
  'lane-steered': async (world, service) => {
    const handle = await world.openLane(service);
    await steerTheLane(world, handle, service);
    await handle.cancel();
    await handle.result().catch(() => undefined);
    return [[handle.workflowId, '']];
  },
  reconcile: async (world, service) => {
    goesDarkAt(service, 'advance:1');
    const handle: WorkflowHandle<typeof deployment> = await started(world, service, 'region-begun');
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    service.regions[eu]!.enter = () => Promise.resolve();
    const run = (workflowId: string) =>
      world.env.client.workflow.execute<typeof reconcile>('reconcile', {
        workflowId,
        taskQueue: controlQueue,
        args: [{ region: eu }],
      });
    await run('settles');
    await run('owes-nothing');
    return [
      ['settles', '.settles'],
      ['owes-nothing', '.owes-nothing'],
    ];
  },
};

/** A lock that is moved and ends, a merge that supersedes, a hotfix over what is active, an unlock that is refused. */
async function steerTheLane(
  world: WorkflowWorld,
  handle: WorkflowHandle<typeof lane>,
  service: ServiceWorld,
): Promise<void> {
  service.plan = small;
  const rights = { releaseOwner: false, ownsService: false };
  const message = (key: string, by = 'ada') => ({ by, reason: 'INC-7', key, rights });
  const in2h = new Date((await world.env.currentTimeMs()) + 2 * 3_600_000).toISOString();
  const in1h = new Date((await world.env.currentTimeMs()) + 3_600_000).toISOString();
  await handle.executeUpdate(lockUpdate, { args: [{ ...message('l1'), until: in2h }] });
  await handle.executeUpdate(lockUpdate, { args: [{ ...message('l2'), until: in1h }] });
  await handle.executeUpdate(unlockUpdate, { args: [message('u1', 'lin')] });
  await handle.executeUpdate(submitUpdate, submission(service, 'a', newerMerge('1')));
  await handle.executeUpdate(submitUpdate, submission(service, 'b', newerMerge('2')));
  const { gate, reached } = heldIn(service, 'watch:1');
  await world.env.sleep('61m');
  await reached();
  await handle.executeUpdate(submitUpdate, submission(service, 'c', newerMerge('3')));
  const hotfix = { ...message('h1', 'mo'), release: releaseNumber(7), hold: true, traceparent: null };
  await handle.executeUpdate(hotfixUpdate, { args: [hotfix] });
  gate.open();
  await until(() => service.finished.length === 3);
}

async function workedLane(world: WorkflowWorld, service: ServiceWorld): Promise<Kept> {
  const handle = await world.openLane(service);
  await workTheLane(handle, service);
  await handle.cancel();
  await handle.result().catch(() => undefined);
  return [[handle.workflowId, '']];
}

/** Merges, one withdrawn, a lock, a rollback of what is active, a rollback on its own, before one that waits. */
async function workTheLane(handle: WorkflowHandle<typeof lane>, service: ServiceWorld): Promise<void> {
  service.plan = small;
  const source = { from: 'person', person: 'ada', release: releaseNumber(3), reason: null } as const;
  const request = { service: service.service, kind: 'rollout', source, traceparent: null } as const;
  const submit = (key: string) =>
    handle.executeUpdate(submitUpdate, { args: [{ request: { ...request, key }, queueWhenLocked: true }] });
  const message = (key: string) => ({ by: 'ada', reason: 'INC-7', key });
  const ended = (deploymentsEnded: number) => until(() => service.finished.length === deploymentsEnded);
  const { gate, reached } = heldIn(service, 'watch:1');
  await submit('a');
  await submit('a');
  await reached();
  await submit('b');
  const { deployment: withdrawn } = (await submit('c')) as Accepted;
  await handle.executeUpdate(withdrawUpdate, { args: [{ ...message('w1'), deployment: withdrawn }] });
  await handle.executeUpdate(rollbackUpdate, { args: [{ ...message('r1'), traceparent: null }] });
  await ended(1);
  gate.open();
  await handle.executeUpdate(unlockUpdate, { args: [message('u1')] });
  await ended(2);
  await handle.executeUpdate(lockUpdate, { args: [message('l1')] });
  await submit('d');
  await handle.executeUpdate(rollbackUpdate, { args: [{ ...message('r2'), traceparent: null }] });
  await ended(3);
  await until(async () => ((await handle.query('lane')) as { active: unknown }).active === null);
}
