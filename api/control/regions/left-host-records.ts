import type { LeftHostsPart } from '../../../protocol/left-hosts.ts';

/** Hosts that undos have left, as regions tell them. */
export interface LeftHostRecords {
  /** What comes with a lower number than what is stored, or the same, changes nothing. */
  store(part: LeftHostsPart): Promise<void>;
}
