import { asciiText } from '../ascii-text.ts';
import { connectionSentence, cutText, type ConnectionNews } from '../connection-news.ts';
import { leftOutText } from '../live/left-out.ts';
import { more } from '../live/marks.ts';
import type { Room } from '../live/room.ts';
import { cutLine, type Line, type Piece, type Tone } from '../live/styled-line.ts';
import type { StatusLine } from '../status-line.ts';
import type { Status } from '../status.ts';
import { foldLines } from './fold-lines.ts';

/** What runs where, in at most `room.rows` lines: what needs someone stays, what is fine is counted. */
export function statusFrame({ linesAt, command }: Status, connected: ConnectionNews, now: number, room: Room): Line[] {
  const cut = connected.type === 'cut' ? connected : null;
  const lines = linesAt(new Date(cut?.asOf ?? now));
  const head = headLines(connected);
  const rows = room.rows - head.length;
  const { shown, left } = lines.length <= rows ? { shown: lines, left: [] } : foldLines(lines, rows - 1);
  const tone: { tone?: Tone } = cut === null ? {} : { tone: 'quiet' };
  const body: Line[] = shown.map(({ text }) => [{ text, ...tone }]);
  const foot: Line[] = left.length === 0 ? [] : [[{ ...footOf(left, command), ...tone }]];
  return [...head, ...body, ...foot].slice(0, room.rows).map((line) => fitting(line, room));
}

/** `+ 42 regions fine: slipway status checkout` */
function footOf(left: readonly StatusLine[], command: string): Piece {
  const fine = left.filter(({ region }) => region?.isFine === true).length;
  const lines = left.filter(({ region }) => region === undefined).length;
  const regions = left.length - fine - lines;
  return { text: `${leftOutText({ regions, fine, lines })}: ${command}`, tone: regions > 0 ? 'waiting' : 'quiet' };
}

function headLines(connected: ConnectionNews): Line[] {
  if (connected.type === 'cut') return [[{ text: `${cutText(connected)}: ${connected.why}`, tone: 'waiting' }]];
  return connected.type === 'polled' ? [[{ text: connectionSentence(connected), tone: 'quiet' }]] : [];
}

const fitting = (line: Line, { columns, hasUnicode }: Room): Line =>
  cutLine(
    hasUnicode ? line : line.map((piece) => ({ ...piece, text: asciiText(piece.text) })),
    columns,
    more(hasUnicode),
  );
