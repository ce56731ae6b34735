import { plainText } from '../../domain/progress/plain-text.ts';

/** A line as data: what it says, and what colour repeats of it. Colour never says anything alone. */

export const tones = ['strong', 'good', 'bad', 'moving', 'waiting', 'quiet'] as const;
export type Tone = (typeof tones)[number];

export interface Piece {
  readonly text: string;
  readonly tone?: Tone;
}
export type Line = readonly Piece[];

export const textOf = (line: Line): string => line.map(({ text }) => text).join('');

/** Two columns each (Unicode TR 11), as far as names and commit messages go. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** In columns of a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + graphemeWidth(segment), 0);
}

const graphemeWidth = (grapheme: string): number => (invisible.test(grapheme) ? 0 : wide.test(grapheme) ? 2 : 1);

/** Filled up with spaces to so many columns. */
export const padTo = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)));

/** At most so many columns; what doesn't fit ends in `more`. Texts of strangers can't steer the terminal. */
export function cutLine(line: Line, columns: number, more = '…'): Line {
  const plain = line.map((piece) => ({ ...piece, text: plainText(piece.text) }));
  if (widthOf(textOf(plain)) <= columns) return plain;
  let left = columns - widthOf(more);
  const kept: Piece[] = [];
  for (const piece of plain) {
    const text = startOf(piece.text, left);
    left -= widthOf(text);
    kept.push({ ...piece, text });
    if (text !== piece.text) break;
  }
  return left < 0 ? [] : [...kept, { text: more }];
}

/** At most so many columns each, broken between words: nothing of it is lost. */
export function wrapLine(line: Line, columns: number): Line[] {
  const lines: Piece[][] = [[]];
  let left = columns;
  for (const { text, ...piece } of line) {
    for (const word of plainText(text).match(/\s*\S+|\s+$/g) ?? []) {
      const isFirst = left === columns;
      const fits = widthOf(word) <= left || isFirst;
      const shown = fits && !isFirst ? word : word.trimStart();
      if (!fits) lines.push([]);
      left = (fits ? left : columns) - widthOf(shown);
      lines.at(-1)!.push({ ...piece, text: shown });
    }
  }
  return lines.map(joined);
}

/** Neighbours of one tone are one piece. */
const joined = (line: readonly Piece[]): Line =>
  line.reduce<Piece[]>((pieces, piece) => {
    const before = pieces.at(-1);
    if (before === undefined || before.tone !== piece.tone) return [...pieces, piece];
    return [...pieces.slice(0, -1), { ...before, text: before.text + piece.text }];
  }, []);

function startOf(text: string, columns: number): string {
  let taken = '';
  let left = columns;
  for (const { segment } of graphemes.segment(text)) {
    left -= graphemeWidth(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
}
