import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions, ScheduleOptionsStartWorkflowAction, Workflow } from '@temporalio/client';
import type { RegionName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { reconcileWorkflowId } from '../workflows/messages/region.ts';

/** A region that returns gets what it is owed after at most this. */
const reconcileEvery = '15s';
/** Regions are added while the stack runs. */
const usualLookEveryMs = 30_000;
const retryAfterMs = 1_000;

type ReconcileSchedule = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

export interface ReconcileParts {
  readonly client: Client;
  readonly listRegions: () => Promise<readonly RegionName[]>;
  /** Those that are no more. */
  readonly listRemoved: () => Promise<readonly RegionName[]>;
  readonly log: Logger;
  readonly lookEveryMs?: number;
}

/**
 * Keeps a schedule for every region's `reconcile`, as this version wants it, and none for those that were removed: also while
 * no worker ran. Any number of workers may do so at once. Runs until `stop` aborts.
 */
export async function keepReconcileSchedules(parts: ReconcileParts, stop: AbortSignal): Promise<void> {
  const { client, log, lookEveryMs = usualLookEveryMs } = parts;
  /** What was seen to by this worker, as it was then. */
  const seenTo = new Map<RegionName, 'kept' | 'dropped'>();
  const seeTo = async (region: RegionName, want: 'kept' | 'dropped'): Promise<void> => {
    if (seenTo.get(region) === want) return;
    const change = want === 'kept' ? keepSchedule : dropSchedule;
    await client.withAbortSignal(stop, () => change(client, region));
    seenTo.set(region, want);
  };
  let failing = false;
  while (!stop.aborted) {
    try {
      for (const region of await parts.listRemoved()) await seeTo(region, 'dropped');
      for (const region of await parts.listRegions()) await seeTo(region, 'kept');
      failing = false;
    } catch (error) {
      if (!failing && !stop.aborted) log.warn({ error }, 'reconcile can not be scheduled; trying again');
      failing = true;
    }
    await sleep(failing ? retryAfterMs : lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Of a region that was removed: it owes nothing any more. Another worker may have dropped it before. */
async function dropSchedule(client: Client, region: RegionName): Promise<void> {
  try {
    await client.schedule.getHandle(reconcileWorkflowId(region)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** Creates the schedule, or brings one of an earlier version up to date. A pause that an operator set stays. */
export async function keepSchedule(client: Client, region: RegionName): Promise<void> {
  const schedule = reconcileSchedule(region);
  try {
    await client.schedule.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = schedule;
    await client.schedule
      .getHandle(schedule.scheduleId)
      .update(({ state }) => ({ spec, action, ...(policies && { policies }), state }));
  }
}

function reconcileSchedule(region: RegionName): ReconcileSchedule {
  return {
    scheduleId: reconcileWorkflowId(region),
    spec: { intervals: [{ every: reconcileEvery }] },
    // One that takes longer than the interval is left to end; one that was missed is not made up for.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: reconcileEvery },
    action: {
      type: 'startWorkflow',
      workflowType: 'reconcile',
      workflowId: reconcileWorkflowId(region),
      taskQueue: controlQueue,
      args: [{ region }],
      staticSummary: `what ${region} still owes`,
    },
  };
}
