type Cell = string | number | null;

/** Lines of a table for a terminal: the first column to the left, the others to the right; numbers without decimals. */
export function tableLines(head: readonly string[], rows: readonly (readonly Cell[])[]): readonly string[] {
  const texts = [head, ...rows].map((row) => row.map(cellText));
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  return texts.map((row) => row.map((text, column) => padded(text, widths[column] ?? 0, column)).join('  '));
}

const padded = (text: string, width: number, column: number): string =>
  column === 0 ? text.padEnd(width) : text.padStart(width);

const cellText = (cell: Cell): string => (typeof cell === 'number' ? cell.toFixed(0) : (cell ?? '-'));
