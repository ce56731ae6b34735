import type { LogRef } from '../../../activities/build/contract.ts';

/** What builds printed. Some installations' api can't reach it: then only the end that was recorded is known. */
export interface BuildLogs {
  /** The end of the log, at most so many bytes of it, as text; `null` when it can't be read. */
  read(log: LogRef, maxBytes: number): Promise<string | null>;
}
