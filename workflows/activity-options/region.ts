import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { GoalActivities, TellingWatches } from '../../activities/goals/contract.ts';
import type { RegionName } from '../../domain/names.ts';
import { regionQueue } from '../messages/queues.ts';
import { atMost, heartbeatTimeout, untilItHeals } from './retry.ts';

type Steps = Pick<GoalActivities, 'beginRegion' | 'finishRegion'>;
type BatchSteps = Pick<GoalActivities, 'advanceRegion'>;
type Watches = TellingWatches & Pick<GoalActivities, 'watchBake'>;
type SilentWatches = Pick<GoalActivities, 'watchBatch'>;

/**
 * One fenced write in the region, repeated until it is answered. A begin reads 20,000 hosts: 1 min is far above. When
 * the deployment stops, a step is left alone: an undo waits for nobody, and the goal's row fences what comes late.
 */
export const regionSteps = (region: RegionName) => proxyActivities<Steps>(step(region));

const step = (region: RegionName) =>
  ({
    taskQueue: regionQueue(region),
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    retry: untilItHeals,
    cancellationType: ActivityCancellationType.ABANDON,
  }) as const;

/**
 * The same for a minute, which is enough for a restart of the region's worker and database: then its deployment shows that
 * the region doesn't answer, and why.
 */
export const firstRegionSteps = (region: RegionName) => proxyActivities<Steps>(first(step(region)));

const first = <Options>(options: Options) => ({ ...options, scheduleToCloseTimeout: '1m' }) as const;

/**
 * The step that lets hosts switch. It is cancelled, not only left alone: what a region has not taken up yet must not be
 * handed to it in the middle of a pause. A pause waits for what comes of it, as a try may just write; an undo doesn't.
 */
export const batchSteps = (region: RegionName) => proxyActivities<BatchSteps>(takenBack(step(region)));
export const firstBatchSteps = (region: RegionName) => proxyActivities<BatchSteps>(takenBack(first(step(region))));

const takenBack = <Options>(options: Options) =>
  ({ ...options, cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED }) as const;

/**
 * Watching hosts. A region that nobody speaks for has to be noticed here: no worker takes the watch up within 30 s, or
 * four attempts end in faults. The workflow then shows it, asks by the last step, which is repeatable, until the region
 * answers, and watches again. A cancelled watch is told, to free its slot.
 *
 * @param longestMs the watch's own limit
 */
export const regionWatches = (region: RegionName, longestMs: number) =>
  proxyActivities<Watches>(watched(region, longestMs));

/** Once it was told why a batch lasts, until it is over. */
export const silentWatches = (region: RegionName, longestMs: number) =>
  proxyActivities<SilentWatches>(watched(region, longestMs));

const watched = (region: RegionName, longestMs: number) =>
  ({
    taskQueue: regionQueue(region),
    scheduleToStartTimeout: '30s',
    startToCloseTimeout: longestMs + 60_000,
    heartbeatTimeout,
    retry: atMost(4),
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  }) as const;

/** Who starts usually is healthy by then; who is not says why, for people to see while there is time to mend it. */
export const tellAfterMs = 10_000;

/** One watch over a region that is ready, after which its history may be continued: a few events an hour. */
export const inViewMs = 60 * 60_000;

/** A look at a region that does not answer, when it does. */
export const patientLooks = (region: RegionName, longestMs: number) =>
  proxyActivities<Pick<Watches, 'watchBake'>>({
    taskQueue: regionQueue(region),
    startToCloseTimeout: longestMs + 60_000,
    heartbeatTimeout,
    retry: untilItHeals,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
