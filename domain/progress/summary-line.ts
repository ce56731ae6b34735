/** Temporal's documentation asks for no more in a summary; its servers may refuse a step with more than 400, as JSON. */
const mostBytes = 200;

/** One line for Temporal's Web UI. What doesn't fit ends in `…`: a text of strangers must not get a step refused. */
export function summaryLine(text: string): string {
  const line = text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toWellFormed();
  const signs = Array.from(line);
  if (bytesOf(signs) <= mostBytes) return line;
  let left = mostBytes - bytesIn('…');
  const kept = signs.findIndex((sign) => (left -= bytesIn(sign)) < 0);
  return `${signs.slice(0, kept).join('')}…`;
}

const bytesOf = (signs: readonly string[]): number => signs.reduce((sum, sign) => sum + bytesIn(sign), 0);

/** Of one code point in JSON in UTF-8, where quotes and backslashes are escaped. */
function bytesIn(sign: string): number {
  const code = sign.codePointAt(0)!;
  if (sign === '"' || sign === '\\') return 2;
  return code < 0x80 ? 1 : code < 0x8_00 ? 2 : code < 0x1_00_00 ? 3 : 4;
}
