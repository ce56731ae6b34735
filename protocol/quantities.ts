/** Durations and shares as people write them in `slipway.yaml`. */
import type { Share } from '../domain/spec/service-spec.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
export const durationPattern = /^(\d{1,9})(ms|s|m|h)$/;
export const durationForm = 'a duration such as 250ms, 5s, 10m or 4h';

/** Milliseconds; `null` when the text is no duration. */
export function durationMs(text: string): number | null {
  const match = durationPattern.exec(text);
  return match ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : null;
}

/** In the largest unit that needs no fraction: 120000 is `2m`, 90000 is `90s`. */
export function durationText(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((name) => ms >= unitMs[name] && ms % unitMs[name] === 0) ?? 'ms';
  return `${ms / unitMs[unit]}${unit}`;
}

export const percentPattern = /^(\d{1,3}(?:\.\d{1,2})?)%$/;

/** Percent from 0 to 100, at most two decimals; `null` when the text is none. */
export function percentOf(text: string): number | null {
  const match = percentPattern.exec(text);
  const percent = Number(match?.[1] ?? NaN);
  return percent <= 100 ? percent : null;
}

export const shareText = (share: Share): string => ('hosts' in share ? String(share.hosts) : `${share.percent}%`);
