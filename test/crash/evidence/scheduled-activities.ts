import type { History } from './read-histories.ts';

export interface ScheduledActivity {
  readonly name: string;
  readonly input: unknown;
}

/** What a workflow has sent out, in its order. */
export const scheduledActivities = ({ events }: History): readonly ScheduledActivity[] =>
  (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled ? [{ name: scheduled.activityType?.name ?? '', input: contentOf(scheduled.input) }] : [],
  );

interface Payloads {
  readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null;
}

/** The first of them. */
export const contentOf = (input: Payloads | null | undefined): unknown =>
  JSON.parse(Buffer.from(input?.payloads?.[0]?.data ?? []).toString('utf8'));
