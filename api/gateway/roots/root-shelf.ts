import type { Envelope } from '../../../protocol/dsse.ts';

/** Root documents that hosts may need to follow to the newest. The gateway vouches for none of them. */
export interface RootShelf {
  /** Of the one in force, as it was last looked at; null while none could be read. */
  newest(): number | null;
  /** Null for one that isn't kept. */
  read(version: number): Promise<Envelope | null>;
}
