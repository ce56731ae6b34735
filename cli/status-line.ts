/** A line of what runs where, and what becomes of it where not all of them fit. */
export interface StatusLine {
  readonly text: string;
  /** The lowest stay; of those alike the first. */
  readonly rank: number;
  /** Set for a region's line: these are moved, the lowest rank first, and counted when they are left out. */
  readonly region?: { readonly isFine: boolean };
}

/** Lines that are worth less the later they come. */
export const linesInOrder = (texts: readonly string[]): StatusLine[] => texts.map((text) => ({ text, rank: 0 }));
