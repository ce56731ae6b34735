/** What a terminal shows after it was sent `output`: every line, those that have scrolled away too. Lines don't wrap. */
export function screenLines(output: string): string[] {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  const line = (): string[] => (lines[row] ??= []);
  const act = (parameter: string, action: string): void => {
    const count = /^\d+$/.test(parameter) ? Number(parameter) : 1;
    if (action === 'A') row = Math.max(0, row - count);
    else if (action === 'B') row += count;
    else if (action === 'G') column = count - 1;
    else if (action === 'K') line().length = parameter === '2' ? 0 : Math.min(line().length, column);
    else if (action === 'J') lines.splice(row + 1);
    else if (!'mhl'.includes(action))
      throw new Error(`the terminal was told ${parameter}${action}, which is not known`);
  };
  for (const { 1: parameter, 2: action, 3: sign } of output.matchAll(/(?!\s)\p{Cc}\[([?0-9;]*)([A-Za-z])|([\s\S])/gu)) {
    if (action !== undefined) act(parameter ?? '', action);
    else if (sign === '\n') row += 1;
    else if (sign === '\r') column = 0;
    else if (sign !== undefined) {
      const current = line();
      while (current.length < column) current.push(' ');
      current[column] = sign;
      column += 1;
    }
  }
  return Array.from(lines, (signs) => (signs ?? []).join('').trimEnd());
}
