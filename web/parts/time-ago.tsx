import { clockText } from '../live/freshness.ts';
import { agoText } from './durations.ts';

/** How long ago; the time itself for who points at it or asks for it. */
export function TimeAgo({ at, now }: { readonly at: string; readonly now: number }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={`${date.toLocaleDateString()} ${clockText(at)}`}>
      {agoText(now - date.getTime())}
    </time>
  );
}
