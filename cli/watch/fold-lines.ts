import type { StatusLine } from '../status-line.ts';

export interface FoldedLines {
  readonly shown: readonly StatusLine[];
  readonly left: readonly StatusLine[];
}

/** As many as there are rows, each in its place, but for regions: of those the worst come first. */
export function foldLines(lines: readonly StatusLine[], rows: number): FoldedLines {
  const byRank = lines.toSorted((a, b) => a.rank - b.rank);
  const [kept, left] = [byRank.slice(0, Math.max(0, rows)), byRank.slice(Math.max(0, rows))];
  const regions = kept.filter(isRegion).values();
  const shown = lines
    .filter((line) => kept.includes(line))
    .map((line) => (isRegion(line) ? (regions.next().value ?? line) : line));
  return { shown, left };
}

const isRegion = ({ region }: StatusLine): boolean => region !== undefined;
