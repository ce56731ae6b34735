import type { HistoryEvent } from './read-history.ts';

/** One activity of a workflow, in ms of the wall clock. */
export interface ActivityTimes {
  readonly name: string;
  readonly queue: string;
  readonly scheduledMs: number;
  /** Of the attempt that succeeded. */
  readonly startedMs: number;
  readonly completedMs: number;
  /** As the activity answered it, unchecked. */
  readonly result: unknown;
}

/** The activities that completed, in the order in which they were scheduled. */
export function activitiesOf(history: readonly HistoryEvent[]): readonly ActivityTimes[] {
  const byScheduled = (type: string): ReadonlyMap<string, HistoryEvent> =>
    new Map(
      history.filter((event) => event.type === type).map((event) => [event.attributes.scheduledEventId ?? '', event]),
    );
  const started = byScheduled('ACTIVITY_TASK_STARTED');
  const completed = byScheduled('ACTIVITY_TASK_COMPLETED');
  return history.flatMap(({ id, type, atMs, attributes: { activityType, taskQueue } }) => {
    const [start, end] = [started.get(id), completed.get(id)];
    if (type !== 'ACTIVITY_TASK_SCHEDULED' || start === undefined || end === undefined) return [];
    const [name, queue] = [activityType?.name ?? '', taskQueue?.name ?? ''];
    return [{ name, queue, scheduledMs: atMs, startedMs: start.atMs, completedMs: end.atMs, result: resultOf(end) }];
  });
}

/** @throws Error when no such activity completed */
export function activityNamed(activities: readonly ActivityTimes[], name: string): ActivityTimes {
  const activity = activities.find((each) => each.name === name);
  if (activity === undefined) throw new Error(`no ${name} completed`);
  return activity;
}

function resultOf({ attributes }: HistoryEvent): unknown {
  const data = attributes.result?.payloads?.[0]?.data;
  return data === undefined || data === '' ? undefined : JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
}
