import type { DocumentName } from '../json-documents.ts';
import type { Session, SharedFlags } from '../session.ts';

export interface ListFlags extends SharedFlags {
  readonly service?: string;
  readonly region?: string;
  readonly state?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly all?: true;
}

/** Flags that narrow a list, or cut it into pages; not every kind has every one. */
export type Narrowing = 'service' | 'region' | 'state' | 'limit' | 'cursor';

export interface Listed<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; `null` when this was all. */
  readonly cursor: string | null;
  /** What the items don't tell, and people should know; said instead of `none` when there are no items. */
  readonly notes?: readonly string[];
  /** What a script is told beside them. */
  readonly beside?: object;
}

/** One kind of thing that can be listed. */
export interface Listing<Item> {
  readonly document: DocumentName & `list-${string}`;
  readonly takes: readonly Narrowing[];
  readonly needs?: Narrowing;
  readonly read: (session: Session, flags: ListFlags) => Promise<Listed<Item>>;
  readonly heading: readonly string[];
  readonly cellsOf: (item: Item, now: Date) => readonly string[];
  /** Said when there is nothing. */
  readonly none: string;
}
