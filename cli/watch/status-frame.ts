import { asciiText } from '../ascii-text.ts';
import { connectionSentence, cutText, type ConnectionNews } from '../connection-news.ts';
import { more } from '../live/marks.ts';
import type { Room } from '../live/room.ts';
import { cutLine, type Line, type Tone } from '../live/styled-line.ts';
import type { Status } from '../status.ts';

/** What runs where, in at most `room.rows` lines: what needs someone comes first, so that is what stays. */
export function statusFrame({ linesAt }: Status, connected: ConnectionNews, now: number, room: Room): Line[] {
  const cut = connected.type === 'cut' ? connected : null;
  const lines = linesAt(new Date(cut?.asOf ?? now));
  const head = headLines(connected);
  const rows = room.rows - head.length;
  const shown = lines.length <= rows ? lines : lines.slice(0, Math.max(0, rows - 1));
  const left = lines.length - shown.length;
  const tone: { tone?: Tone } = cut === null ? {} : { tone: 'quiet' };
  const body: Line[] = shown.map((text) => [{ text, ...tone }]);
  const foot: Line[] = left === 0 ? [] : [[{ text: `+ ${left} lines more: slipway status`, tone: 'quiet' }]];
  return [...head, ...body, ...foot].slice(0, room.rows).map((line) => fitting(line, room));
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
