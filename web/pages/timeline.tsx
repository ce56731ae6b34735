import type { TimelineEntry, TimelinePage } from '../client/api.ts';
import { worthTelling, type Resource } from '../live/use-resource.ts';
import { clockText } from '../parts/clock.ts';
import { durationText } from '../parts/durations.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';

interface TimelineProps {
  readonly timeline: Resource<TimelinePage>;
  readonly entries: readonly TimelineEntry[];
  readonly now: number;
}

/** What happened, the newest first. */
export function Timeline({ timeline, entries, now }: TimelineProps) {
  const problem = worthTelling(timeline);
  return (
    <section aria-label="Timeline">
      <h2>Timeline</h2>
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={timeline.reload} />}
      <ol className="timeline">
        {entries.map(({ sequence, at, actor, message }) => (
          <li key={sequence}>
            <time dateTime={at} title={`${durationText(now - Date.parse(at))} ago`}>
              {clockText(at)}
            </time>{' '}
            {message} {actor !== 'slipway' && !message.includes(actor) && <span className="quiet">by {actor}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
