import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** One event of a workflow's history. */
export interface HistoryEvent {
  readonly id: string;
  /** `ACTIVITY_TASK_SCHEDULED` */
  readonly type: string;
  /** Temporal's clock, which is this machine's. */
  readonly atMs: number;
  readonly attributes: EventAttributes;
}

/** Of all kinds of events, what is looked at here. */
export interface EventAttributes {
  readonly activityType?: { readonly name: string };
  readonly taskQueue?: { readonly name: string };
  readonly scheduledEventId?: string;
  readonly result?: { readonly payloads?: readonly { readonly data: string }[] };
  readonly acceptedRequest?: { readonly meta: { readonly updateId: string } };
}

export async function readHistory({ workflow }: Client, workflowId: string): Promise<readonly HistoryEvent[]> {
  return parseHistory(historyToJSON(await workflow.getHandle(workflowId).fetchHistory()));
}

/** A history in the JSON form of Temporal's own tools. */
export function parseHistory(json: string): readonly HistoryEvent[] {
  const { events } = JSON.parse(json) as { readonly events: readonly EventJson[] };
  return events.map((event) => ({
    id: event.eventId,
    type: event.eventType.replace('EVENT_TYPE_', ''),
    atMs: Date.parse(event.eventTime),
    attributes: attributesOf(event),
  }));
}

interface EventJson {
  readonly eventId: string;
  readonly eventType: string;
  readonly eventTime: string;
}

/** They stand under a name of their own for each type of event. */
const attributesOf = (event: EventJson): EventAttributes =>
  (Object.entries(event).find(([name]) => name.endsWith('EventAttributes'))?.[1] ?? {}) as EventAttributes;

/** When the first event of a type happened. @throws Error when none did */
export function firstOf(history: readonly HistoryEvent[], type: string): number {
  const event = history.find((each) => each.type === type);
  if (event === undefined) throw new Error(`a history has no ${type}`);
  return event.atMs;
}
