import { counted } from '../../domain/progress/plain-text.ts';
import { hostsShown } from '../../domain/progress/shown-state.ts';
import { agoText } from '../parts/durations.ts';
import type { Overview } from './overview-rows.ts';
import type { SettledRow } from './settled-rows.ts';

/** For the title of the window: never "ok" while anything is unknown. With stale data it says what was. */
export function overviewTitle({ needs, moving, settled }: Overview, isStale: boolean): string {
  const unknown = unknownIn(settled);
  const parts = [
    needs.length > 0 && `${needs.length} need someone`,
    moving.length > 0 && `${moving.length} moving`,
    unknown > 0 && `${unknown} unknown`,
  ].filter((part) => part !== false);
  const text = parts.length > 0 ? parts.join(', ') : `${settled.length} settled`;
  return isStale ? `was: ${text}` : text;
}

/** `212 services settled, last change 14 min ago`; `null` while something needs someone or moves. */
export function settledLine({ needs, moving, settled }: Overview, now: number, isStale: boolean): string | null {
  if (needs.length > 0 || moving.length > 0 || settled.length === 0) return null;
  const unknown = unknownIn(settled);
  const newest = settled
    .flatMap(({ changedAt }) => changedAt ?? [])
    .toSorted()
    .at(-1);
  return [
    `${isStale ? 'was: ' : ''}${counted(settled.length, 'service')} settled`,
    ...(unknown === 0 ? [] : [`${unknown} of them unknown`]),
    newest === undefined ? 'no change yet' : `last change ${agoText(now - Date.parse(newest))} ago`,
  ].join(', ');
}

/** Services of which a region, or a host, is not known. */
const unknownIn = (settled: readonly SettledRow[]): number =>
  settled.filter(({ hosts }) => hosts.some((each) => hostsShown(each).mark === 'unknown')).length;
