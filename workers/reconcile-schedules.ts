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
const lookEveryMs = 30_000;
const retryAfterMs = 1_000;

type ReconcileSchedule = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

/**
 * Keeps a schedule for every region's `reconcile`, as this version wants it. Any number of workers may do so at once.
 * Runs until `stop` aborts.
 */
export async function keepReconcileSchedules(
  parts: { readonly client: Client; readonly listRegions: () => Promise<readonly RegionName[]>; readonly log: Logger },
  stop: AbortSignal,
): Promise<void> {
  const { client, listRegions, log } = parts;
  const kept = new Set<RegionName>();
  let failing = false;
  while (!stop.aborted) {
    try {
      const regions = await listRegions();
      for (const region of [...kept].filter((each) => !regions.includes(each))) {
        await client.withAbortSignal(stop, () => dropSchedule(client, region));
        kept.delete(region);
      }
      for (const region of regions) {
        if (kept.has(region)) continue;
        await client.withAbortSignal(stop, () => keepSchedule(client, region));
        kept.add(region);
      }
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
