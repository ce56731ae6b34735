import { dateText } from './clock.ts';
import { agoText } from './durations.ts';

/** How long ago; the time itself for who points at it or asks for it. */
export function TimeAgo({ at, now }: { readonly at: string; readonly now: number }) {
  return (
    <time dateTime={at} title={dateText(at)}>
      {agoText(now - Date.parse(at))}
    </time>
  );
}
