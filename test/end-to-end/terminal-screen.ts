/** A sign on a terminal. */
export interface Cell {
  readonly sign: string;
  /** Codes of "select graphic rendition" (ECMA-48) that are in force: `1;32` is bold and green. */
  readonly style: string;
}

/** What a terminal shows after it was sent `output`: every line, those that have scrolled away too. Lines don't wrap. */
export const screenLines = (output: string): string[] =>
  screenCells(output).map((cells) =>
    cells
      .map(({ sign }) => sign)
      .join('')
      .trimEnd(),
  );

/** The same, sign by sign. */
export function screenCells(output: string): Cell[][] {
  const lines: Cell[][] = [[]];
  let row = 0;
  let column = 0;
  let style = '';
  const line = (): Cell[] => (lines[row] ??= []);
  const act = (parameter: string, action: string): void => {
    const count = /^\d+$/.test(parameter) ? Number(parameter) : 1;
    if (action === 'A') row = Math.max(0, row - count);
    else if (action === 'B') row += count;
    else if (action === 'G') column = count - 1;
    else if (action === 'K') line().length = parameter === '2' ? 0 : Math.min(line().length, column);
    else if (action === 'J') lines.splice(row + 1);
    else if (action === 'm') style = styleAfter(style, parameter);
    else if (!'hl'.includes(action)) throw new Error(`the terminal was told ${parameter}${action}, which is not known`);
  };
  for (const { 1: parameter, 2: action, 3: sign } of output.matchAll(/(?!\s)\p{Cc}\[([?0-9;]*)([A-Za-z])|([\s\S])/gu)) {
    if (action !== undefined) act(parameter ?? '', action);
    else if (sign === '\n') row += 1;
    else if (sign === '\r') column = 0;
    else if (sign !== undefined) {
      const current = line();
      while (current.length < column) current.push({ sign: ' ', style: '' });
      current[column] = { sign, style };
      column += 1;
    }
  }
  return Array.from(lines, (cells) => cells ?? []);
}

/** 22 ends bold and faint, 39 the colour, 0 all. */
function styleAfter(style: string, parameter: string): string {
  const codes = style === '' ? [] : style.split(';');
  const isWeight = (code: string): boolean => code === '1' || code === '2';
  if (parameter === '' || parameter === '0') return '';
  if (parameter === '22') return codes.filter((code) => !isWeight(code)).join(';');
  if (parameter === '39') return codes.filter(isWeight).join(';');
  return [...codes, parameter].join(';');
}
