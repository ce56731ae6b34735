import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type {
  BatchLasts,
  BatchResult,
  Fenced,
  GoalActivities,
  UrgentGoalActivities,
  WatchBakeInput,
} from '../../activities/goals/contract.ts';
import type { ReplicationActivities } from '../../activities/replication/contract.ts';
import type { RegionName, ServiceName } from '../../domain/names.ts';
import { hostId } from '../../domain/names.ts';
import { inViewMs } from '../../workflows/activity-options/region.ts';
import type { RegionWorld } from './region-world.ts';
import { applyStep, benignFault, cutOf, judged, missingIn, saidOf, seen, snapshot, undone } from './region-world.ts';

type WorldOf = (of: { readonly service: ServiceName; readonly region: RegionName }) => RegionWorld;

export const goalActivities = (worldOf: WorldOf): GoalActivities => ({
  async beginRegion(input) {
    const world = worldOf(input);
    await world.enter('begin');
    const { service, attempt, next, outcomes } = input;
    const canaries = [hostId(`${world.region}-1`)];
    const written = applyStep(world, service, {
      kind: 'begin',
      id: 'begin',
      attempt,
      next,
      outcomes,
      canaries,
      snapshot,
    });
    return written.outcome === 'fenced' ? written : { ...written, hosts: world.hosts };
  },

  async advanceRegion(input) {
    const world = worldOf(input);
    await world.enter(`advance:${input.batch}`);
    const { service, attempt, generation, batch } = input;
    if (world.hosts === 0) return { outcome: 'waiting', reason: 'no host' };
    if (world.pinned) return { outcome: 'waiting', reason: 'all hosts pinned' };
    const ruling = world.judgeNext(batch);
    if (ruling !== null) return { ...saidOf(world, batch, ruling, null), outcome: ruling };
    const step = { kind: 'advance', id: `advance:${batch}`, attempt, generation, cut: cutOf(batch) } as const;
    const written = applyStep(world, service, step);
    if (written.outcome === 'fenced') return written;
    const [absent, pinned, maintenance] = (['absent', 'pinned', 'maintenance'] as const).map((why) =>
      missingIn(world, why),
    );
    const fixed = { hosts: 1, cumulative: batch, absent: absent!, pinned: pinned!, maintenance: maintenance! };
    return { ...written, batch: fixed };
  },

  async watchBatch(input) {
    const world = worldOf(input);
    if (world.lasts !== null && 'tellAfterMs' in input) return lasting(world, input.batch, world.lasts);
    return watch(world, input, input.batch, `watch:${input.batch}`);
  },
  async watchBake(input) {
    const world = worldOf(input);
    if (input.bakeMs === inViewMs) return keepWatch(world, input);
    return watch(world, input, 0, input.bakeMs === 0 ? 'last look' : 'bake');
  },

  async finishRegion(input) {
    const world = worldOf(input);
    await world.enter('finish');
    const { service, attempt, generation } = input;
    return applyStep(world, service, { kind: 'finish', id: 'finish', attempt, generation });
  },
});

/** What only those are told who ask for it, which the type of the answer to all others doesn't say. */
const lasting = (world: RegionWorld, batch: number, reason: string): BatchResult =>
  ({
    ...saidOf(world, batch, 'advance', null),
    reason,
    outcome: 'lasts',
  }) satisfies BatchLasts as unknown as BatchResult;

/**
 * Ends when the test opens a gate that it made for it. Without one, and after that, it is as if it had been tried in vain,
 * until the stretch is over: a server that skips time does so only while no activity runs, and one watch after the other that
 * ended at once would leave a busy machine no time for anything else.
 */
async function keepWatch(world: RegionWorld, input: WatchBakeInput): Promise<BatchResult> {
  if (world.away) throw benignFault(`${world.region} is away`);
  const isGated = await world.passOnce('in view');
  if (!isGated && Context.current().info.attempt === 1) throw later(input.bakeMs);
  return seen(world, input.generation, 'advance', input.attempt) ?? judged(world, 0, null);
}

const later = (ms: number): ApplicationFailure =>
  ApplicationFailure.create({ message: 'all is well', type: 'later', nextRetryDelay: ms, category: 'BENIGN' });

type Watched = Pick<Parameters<GoalActivities['watchBake']>[0], 'generation' | 'attempt'>;

async function watch(world: RegionWorld, watched: Watched, batch: number, id: string): Promise<BatchResult> {
  await world.enter(id);
  const fenced: Fenced | null = seen(world, watched.generation, 'advance', watched.attempt);
  return fenced ?? judged(world, batch, world.row?.lastStep.answer ?? null);
}

export const urgentActivities = (worldOf: WorldOf): UrgentGoalActivities => ({
  async holdRegion(input) {
    const world = worldOf(input);
    await world.enter('hold');
    const { service, attempt, outcomes, controlRevision } = input;
    const id = `hold:${controlRevision}`;
    return applyStep(world, service, { kind: 'hold', id, attempt, outcomes, controlRevision });
  },

  async resumeRegion(input) {
    const world = worldOf(input);
    await world.enter('resume');
    const { service, attempt, controlRevision } = input;
    return applyStep(world, service, { kind: 'resume', id: `resume:${controlRevision}`, attempt, controlRevision });
  },

  async undoRegion(input) {
    const world = worldOf(input);
    await world.enter('undo');
    const { service, attempt, outcomes, controlRevision } = input;
    return applyStep(world, service, { kind: 'undo', id: 'undo', attempt, outcomes, controlRevision });
  },

  async watchUndo(input) {
    const world = worldOf(input);
    await world.enter('watch-undo');
    return (
      seen(world, input.generation, 'undo', input.attempt) ?? { ...undone, ...(world.left && { left: world.left }) }
    );
  },
});

export const replicationActivities = (worldOf: WorldOf): ReplicationActivities => ({
  async replicateRelease(input) {
    await worldOf(input).enter('copy');
    return { copiedBytes: 1, reusedBytes: 0 };
  },
});
