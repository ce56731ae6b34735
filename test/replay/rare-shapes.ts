import { weekdays } from '../../domain/calendar/recurrence.ts';
import type { Hook } from '../../domain/hook/hook.ts';
import { releaseNumber } from '../../domain/names.ts';
import {
  abortSignal,
  abortUpdate,
  approveUpdate,
  breakGlassSignal,
  endUndoSignal,
  endUndoUpdate,
  pauseSignal,
  promoteSignal,
  rejectSignal,
  resumeSignal,
  skipRegionSignal,
} from '../../workflows/messages/deployment.ts';
import { lookSignal, passSignal } from '../../workflows/messages/fleet.ts';
import type { WorkflowWorld, WorkflowWorldOptions } from '../workflow-world/environment.ts';
import { until } from '../workflow-world/environment.ts';
import { createGate } from '../workflow-world/gate.ts';
import { actLocally } from '../workflow-world/region-world.ts';
import type { ServiceWorld } from '../workflow-world/service-world.ts';
import { approveByOne, eu, eventsOf, hash, us } from '../workflow-world/service-world.ts';
import {
  abort,
  abortedAt,
  heldIn,
  ids,
  migration,
  small,
  stageAsks,
  started,
  token,
  whole,
  withRegion,
  withUndo,
  type Shape,
} from './shapes.ts';

const stays: Hook = { ...migration, run: './expand', undo: null, mayStay: true };
const fails: Hook = { ...migration, run: './fails' };
const noHooks = { before: [], after: [] };

/** Worlds that begin otherwise than all others. */
export const worldOf: Readonly<Record<string, WorkflowWorldOptions>> = {
  'build-worker-wanted': { buildWorker: 'later' },
};

const frozen = (policy: 'undo' | 'hold', atMs: number) => ({
  freeze: 7,
  kind: 'freeze' as const,
  owner: 'mo',
  reason: 'holidays',
  policy,
  scope: { services: [], regions: [] },
  when: { every: 'once' as const, from: new Date(atMs - 60_000).toISOString(), until: null },
});

/** Time is skipped until this is recorded. */
async function slept(world: WorkflowWorld, service: ServiceWorld, event: string): Promise<void> {
  await until(async () => {
    await world.env.sleep('5s');
    return eventsOf(service).includes(event);
  });
}

/**
 * Aborted with hold while eu-west, which is ready, answers nothing, and no activity runs: the server skips no more time once
 * one was abandoned in the middle of a try.
 */
export async function holdOwed(world: WorkflowWorld, service: ServiceWorld): Promise<void> {
  const handle = await stageAsks(world, service);
  const region = service.regions[eu]!;
  region.away = true;
  await handle.executeUpdate(abortUpdate, { args: [{ ...abort.args[0], hold: true }] });
  await handle.result();
  region.away = false;
}

/** Deployments as they seldom go. */
export const rareShapes: Readonly<Record<string, Shape>> = {
  'build-worker-wanted': async (world, service) => {
    const handle = await started(world, service, 'build-worker-wanted');
    await world.startBuildWorker();
    await handle.result();
    return whole(service);
  },
  'plan-changed': async (world, service) => {
    service.plan = { ...small, approve: { ...approveByOne!, quorum: 2 } };
    const handle = await started(world, service, 'approval-wanted');
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await world.env.sleep('50m');
    await handle.executeUpdate(approveUpdate, token('approve:mo:2'));
    service.planDigest = hash('d');
    await world.env.sleep('11m');
    await until(() => eventsOf(service).includes('plan-changed'));
    await handle.executeUpdate(approveUpdate, token('approve:mo:3'));
    await handle.executeUpdate(approveUpdate, token('approve:kim'));
    await handle.result();
    return whole(service);
  },
  'some-regions': async (world, service) => {
    service.plan = { ...small, stages: small.stages.slice(0, 1) };
    const source = { from: 'person', person: 'ada', release: releaseNumber(3), reason: null, regions: [eu] } as const;
    await (
      await world.deploy(service, { kind: 'roll-forward', release: releaseNumber(3), build: null, source })
    ).result();
    return whole(service);
  },
  'hook-failed': async (world, service) => {
    service.plan = { ...small, hooks: { before: [migration, stays], after: [fails], region: noHooks } };
    service.hook = ({ command }) => ({
      outcome: command === './fails' ? 'failed' : 'passed',
      reason: 'exit code 1',
      log: null,
    });
    await (await world.deploy(service)).result();
    return whole(service);
  },
  'hook-stopped': async (world, service) => {
    service.plan = { ...small, hooks: { before: [migration], after: [], region: noHooks } };
    service.stoppedHookLog = { digest: hash('6'), sizeBytes: 10, truncated: false, tail: 'half of it' };
    const gate = createGate();
    service.hookGates.set(migration.run, gate);
    const handle = await world.deploy(service);
    await until(() => gate.waiting() > 0);
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    return whole(service);
  },
  'undo-late': async (world, service) => {
    service.plan = { ...small, hooks: { before: [migration], after: [], region: noHooks }, undoDeadlineMs: 30_000 };
    const dark = service.regions[eu]!;
    service.regions[us]!.judge = () => {
      dark.away = true;
      return 'stop';
    };
    const handle = await world.deploy(service);
    await slept(world, service, 'undo-late');
    await handle.executeUpdate(endUndoUpdate, token('end-undo:mo'));
    await handle.result();
    return withUndo(service);
  },
  'region-not-undone': async (world, service) => {
    const { reached } = heldIn(service, 'watch:1');
    const handle = await started(world, service, 'stage-started');
    await reached();
    const region = service.regions[eu]!;
    actLocally(region, 'hold');
    region.row = { ...region.row!, attempt: { ...region.row!.attempt, deployment: 2 as never } };
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    return withUndo(service);
  },
  'hold-owed': async (world, service) => {
    await holdOwed(world, service);
    return whole(service);
  },
  'bare-signals': async (world, service) => {
    service.plan = { ...small, approve: approveByOne };
    const rejected = world.service('bare-reject');
    rejected.plan = service.plan;
    const handle = await started(world, service, 'approval-wanted');
    await handle.signal(pauseSignal, { by: 'ada', reason: 'lunch' });
    await handle.signal(resumeSignal, 'a bad one');
    await handle.signal(breakGlassSignal, 'a bad one');
    await handle.signal(promoteSignal, { token: 'a bad one', reason: 'INC-7' });
    await handle.signal(skipRegionSignal, { token: 'a bad one', region: eu, reason: 'INC-7' });
    await handle.signal(endUndoSignal, 'a bad one');
    await handle.signal(abortSignal, { by: 'ada', reason: 'it smells' });
    await handle.result();
    const other = await started(world, rejected, 'approval-wanted');
    await other.signal(rejectSignal, { by: 'ada', reason: 'not today' });
    await other.result();
    return [...whole(service), [ids(rejected), '.reject']];
  },
  'fleet-silent': async (world, service) => {
    const handle = await world.deploy(service, { asksFleet: true });
    await slept(world, service, 'fleet-silent');
    const fleet = await world.openFleet();
    await handle.result();
    await fleet.cancel();
    return whole(service);
  },
  'frozen-with-undo': async (world, service) => {
    service.plan = small;
    const fleet = await world.openFleet();
    const { reached } = heldIn(service, 'watch:1');
    const handle = await world.deploy(service, { asksFleet: true });
    await reached();
    world.fleet.freezes = [frozen('undo', await world.env.currentTimeMs())];
    await fleet.signal(lookSignal);
    await handle.result();
    await fleet.cancel();
    return withUndo(service);
  },
  'batch-lasts': async (world, service) => {
    service.plan = small;
    service.regions[eu]!.lasts = '1 host is not healthy on it yet: no free port (eu-west-1)';
    await (await world.deploy(service)).result();
    return withRegion(service);
  },
  'slot-given-back': async (world, service) => {
    world.fleet.caps = { overall: 1, perRegion: null };
    const fleet = await world.openFleet();
    const ahead = world.service('slot-ahead');
    ahead.plan = small;
    ahead.regions[eu]!.hosts = 0;
    const first = await world.deploy(ahead, { asksFleet: true });
    await until(() => eventsOf(ahead).includes('region-waiting'));
    const nowMs = await world.env.currentTimeMs();
    const clock = (ms: number): string => new Date(nowMs + ms).toISOString().slice(11, 16);
    const window = { every: 'week', timeZone: 'UTC', days: weekdays } as const;
    service.plan = { ...small, window: { ...window, from: clock(-300_000), to: clock(600_000) } };
    const handle = await world.deploy(service, { asksFleet: true });
    await until(() => eventsOf(service).includes('slot-awaited'));
    await world.env.sleep('15m');
    ahead.regions[eu]!.hosts = 4;
    await first.result();
    await until(() => eventsOf(service).includes('slot-given-back'));
    await handle.executeUpdate(abortUpdate, abort);
    await handle.result();
    await fleet.cancel();
    return whole(service);
  },
  'passed-through-a-freeze': async (world, service) => {
    service.plan = small;
    const fleet = await world.openFleet();
    world.fleet.freezes = [frozen('hold', await world.env.currentTimeMs())];
    const handle = await world.deploy(service, { asksFleet: true });
    await until(() => eventsOf(service).includes('frozen'));
    world.fleet.passes.add(`${service.service}/1`);
    await handle.signal(passSignal);
    await fleet.signal(lookSignal);
    await handle.result();
    await fleet.cancel();
    return whole(service);
  },
  'cancelled-late': async (world, service) => {
    const undo = heldIn(service, 'undo');
    const handle = await abortedAt(world, service, 'watch:1');
    await undo.reached();
    await handle.cancel();
    await until(() => eventsOf(service).includes('cancel-ignored'));
    undo.gate.open();
    await handle.result();
    return whole(service);
  },
};
