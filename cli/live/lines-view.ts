import { createElement, type ReactElement } from 'react';
import { Box, Static, Text, type TextProps } from 'ink';
import { textOf, widthOf, type Line, type Tone } from './styled-line.ts';

const looks = {
  strong: { bold: true },
  good: { color: 'green' },
  bad: { color: 'red', bold: true },
  moving: { color: 'cyan' },
  waiting: { color: 'yellow' },
  quiet: { dimColor: true },
} as const satisfies Readonly<Record<Tone, TextProps>>;

export interface LinesProps {
  /** Written once, above what is drawn over. */
  readonly kept: readonly Line[];
  readonly drawn: readonly Line[];
}

export const LinesView = ({ kept, drawn }: LinesProps): ReactElement =>
  createElement(
    Box,
    { flexDirection: 'column' },
    // As wide as its lines: an address that doesn't fit is wrapped by the terminal, and can still be copied whole.
    createElement(Static<Line>, { items: [...kept], children: lineView, style: { width: widest(kept) } }),
    ...drawn.map(lineView),
  );

const widest = (lines: readonly Line[]): number => Math.max(1, ...lines.map((line) => widthOf(textOf(line))));

const lineView = (line: Line, index: number): ReactElement =>
  createElement(
    Text,
    { key: index, wrap: 'truncate' },
    // An empty text has no height.
    ...(line.length === 0
      ? [' ']
      : line.map(({ text, tone }, place) => createElement(Text, { key: place, ...(tone && looks[tone]) }, text))),
  );
