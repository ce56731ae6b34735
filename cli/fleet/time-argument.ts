import { durationMs } from '../../protocol/quantities.ts';
import { UsageError } from '../usage-error.ts';

const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const timeMs = (text: string): number | null => {
  const ms = timeForm.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
};

/** RFC 3339, UTC, of `2h` or a time. @throws UsageError unless it is to come */
export function timeArgument(flag: string, text: string, nowMs: number): string {
  const afterMs = durationMs(text);
  const atMs = afterMs === null ? timeMs(text) : nowMs + afterMs;
  if (atMs === null || atMs <= nowMs)
    throw new UsageError(`${flag} should be a time to come: 2h, 30m, or 2026-11-24T14:00:00Z`);
  return new Date(atMs).toISOString();
}
