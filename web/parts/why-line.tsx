import type { Why } from '../client/api.ts';
import { dateText } from './clock.ts';
import { CopyText } from './copy-text.tsx';
import { durationText } from './durations.ts';

/** Why something is where it is: cause, since when, and what ends it. */
export function WhyLine({ why, now }: { readonly why: Why; readonly now: number }) {
  const { cause, since, next } = why;
  return (
    <div className={`why${why.needsSomeone ? ' needs' : ''}`}>
      <p>
        {cause}{' '}
        <span className="quiet">
          since{' '}
          <time dateTime={since} title={dateText(since)}>
            {durationText(now - Date.parse(since))}
          </time>
        </span>
      </p>
      <p className="next">
        Next: {next.text} {next.command !== null && <CopyText text={next.command} label="the command" />}
      </p>
    </div>
  );
}
