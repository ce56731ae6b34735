import type { History } from './read-histories.ts';
import { contentOf } from './scheduled-activities.ts';

/** A step that a rollout meant its region to take. */
export interface RegionIntent {
  /** `begin`, `advance:2`: `RecordIntentInput` */
  readonly step: string;
  /** When it was decided. */
  readonly atMs: number;
  /** Its rollout had been told by then to begin no batch. */
  readonly paused: boolean;
}

type Event = NonNullable<History['events']>[number];

/**
 * In their order. What a task of the workflow decides it decides by what had come when it began: a word that came in
 * meanwhile it can't know.
 */
export function regionIntents({ events }: History): readonly RegionIntent[] {
  let heard: Heard = { paused: false, resumedRevision: 0 };
  let known = heard;
  return (events ?? []).flatMap((event) => {
    heard = hear(heard, event);
    if (event.workflowTaskStartedEventAttributes) known = heard;
    const step = stepOf(event);
    return step === null ? [] : [{ step, atMs: timeOf(event), paused: known.paused }];
  });
}

interface Heard {
  readonly paused: boolean;
  /** A pause that is older than the last resume came late, and counts no more. */
  readonly resumedRevision: number;
}

function hear(heard: Heard, event: Event): Heard {
  const { workflowExecutionStartedEventAttributes: started, workflowExecutionSignaledEventAttributes: told } = event;
  if (started) return { ...heard, paused: (contentOf(started.input) as { readonly paused: boolean }).paused };
  if (told?.signalName !== 'pauseRegion' && told?.signalName !== 'resumeRegion') return heard;
  const { controlRevision } = contentOf(told.input) as { readonly controlRevision: number };
  if (controlRevision < heard.resumedRevision) return heard;
  return told.signalName === 'pauseRegion'
    ? { ...heard, paused: true }
    : { paused: false, resumedRevision: controlRevision };
}

function stepOf({ activityTaskScheduledEventAttributes: scheduled }: Event): string | null {
  if (scheduled?.activityType?.name !== 'recordIntent') return null;
  return (contentOf(scheduled.input) as { readonly step: string }).step;
}

const timeOf = ({ eventTime }: Event): number =>
  Number(eventTime?.seconds ?? 0) * 1_000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000);
