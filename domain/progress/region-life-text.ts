import { clockTime } from './plain-text.ts';

/** @param lastSummaryAt RFC 3339, UTC; `null` when it has never reported */
export const cutOffText = (lastSummaryAt: string | null): string =>
  lastSummaryAt === null
    ? 'It has never reported.'
    : `No word since ${clockTime(lastSummaryAt)}: hosts keep running what they run; nothing new starts.`;
