import type { PlannedStage } from '../../domain/plan/plan.ts';
import { activitiesOf, activityNamed, type ActivityTimes } from '../history/activities.ts';
import { firstOf, type HistoryEvent } from '../history/read-history.ts';
import type { HostSwitch } from './host-switches.ts';
import type { Moment } from './moments.ts';

/** One region of one deployment; the steps of all regions of a stage are the same. */
export interface RegionMoments {
  readonly region: string;
  readonly stage: string;
  readonly moments: readonly Moment[];
}

export function regionMoments(
  region: string,
  { name, batches }: PlannedStage,
  history: readonly HistoryEvent[],
  switches: readonly HostSwitch[],
): RegionMoments {
  const activities = activitiesOf(history);
  const hosts = switches.filter((each) => each.region === region);
  return {
    region,
    stage: name,
    moments: [
      { step: 'rollout started', atMs: firstOf(history, 'WORKFLOW_EXECUTION_STARTED') },
      { step: 'begin written', atMs: activityNamed(activities, 'beginRegion').completedMs },
      ...batches.flatMap((_, index) => batchMoments(index + 1, activities, hosts)),
      { step: 'ready', atMs: firstOf(history, 'WORKFLOW_EXECUTION_COMPLETED') },
    ],
  };
}

/** A batch's intent is the one after the begin's. Of its hosts the last counts, but for the first that is told. */
function batchMoments(batch: number, activities: readonly ActivityTimes[], all: readonly HostSwitch[]): Moment[] {
  const nth = (name: string, index: number): number =>
    activities.filter((each) => each.name === name)[index]?.completedMs ?? Number.NaN;
  const hosts = all.filter(({ step }) => step === `advance:${batch}`);
  const last = (time: (host: HostSwitch) => number): number => Math.max(...hosts.map(time));
  return [
    { step: 'intent recorded', atMs: nth('recordIntent', batch) },
    { step: 'goal written', atMs: nth('advanceRegion', batch - 1) },
    { step: 'on the disks of its hosts', atMs: last(({ fetchedMs }) => fetchedMs) },
    { step: 'first host told', atMs: Math.min(...hosts.map(({ toldMs }) => toldMs)) },
    { step: 'last host told', atMs: last(({ toldMs }) => toldMs) },
    { step: 'switching', atMs: last(({ switchingMs }) => switchingMs) },
    { step: 'instance started', atMs: last(({ startedMs }) => startedMs) },
    { step: 'healthy', atMs: last(({ healthyMs }) => healthyMs) },
    { step: 'judged good', atMs: nth('watchBatch', batch - 1) },
  ].map(({ step, atMs }) => ({ step: `batch ${batch}: ${step}`, atMs }));
}
