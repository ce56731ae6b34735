import type { Deployment, DeploymentRegion } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import { leftOutText } from './left-out.ts';
import { markTone, more } from './marks.ts';
import {
  ageColumn,
  isFine,
  regionColumns,
  seenRegions,
  worstFirst,
  type Column,
  type SeenRegion,
} from './region-rows.ts';
import { cutLine, padTo, widthOf, type Line, type Piece } from './styled-line.ts';
import type { Room } from './room.ts';

export interface RegionsSeen extends Pick<Deployment, 'release' | 'since'> {
  readonly regions: readonly DeploymentRegion[];
  readonly reports: readonly ServiceHosts[];
  readonly now: number;
}

const gap = '  ';

/** Header, regions worst first, and how many are left out, in at most `room.rows` lines. */
export function regionTable({ release, since, regions, reports, now }: RegionsSeen, room: Room): Line[] {
  if (regions.length === 0 || room.rows < 2) return [];
  const all = worstFirst(seenRegions(regions, reports));
  const shown = all.slice(0, all.length + 1 <= room.rows ? all.length : room.rows - 2);
  const columns = fitting(regionColumns({ release, since }, now, room.hasUnicode), all, room.columns);
  const header: Line = columns.map(({ name, width, align }) => ({ text: aligned(name, width, align), tone: 'quiet' }));
  const rows = shown.map((region) => rowOf(region, columns));
  const left = all.slice(shown.length);
  return [header, ...rows, ...(left.length === 0 ? [] : [leftOut(left)])].map((line) =>
    cutLine(withoutGap(line), room.columns, more(room.hasUnicode)),
  );
}

interface SizedColumn extends Omit<Column, 'cell'> {
  readonly width: number;
  readonly cell: (region: SeenRegion) => string;
}

/** As wide as their widest cell. Those that say nothing are left out, and dispensable ones until the rest fits. */
function fitting(columns: readonly Column[], regions: readonly SeenRegion[], room: number): SizedColumn[] {
  const sized = sizedColumns(columns, regions);
  const most = Math.max(...columns.map(({ dispensable }) => dispensable));
  if (most === 0 || totalWidth(sized) <= room) return sized;
  const first = columns.findIndex(({ dispensable }) => dispensable === most);
  return fitting(columns.toSpliced(first, 1), regions, room);
}

function sizedColumns(columns: readonly Column[], regions: readonly SeenRegion[]): SizedColumn[] {
  const hasAges = columns.some(({ name }) => name === ageColumn);
  return columns.flatMap((column) => {
    const cell = (region: SeenRegion): string => column.cell(region, hasAges);
    const width = Math.max(...regions.map((region) => widthOf(cell(region))));
    return width === 0 ? [] : [{ ...column, cell, width: Math.max(width, widthOf(column.name)) }];
  });
}

const totalWidth = (columns: readonly SizedColumn[]): number =>
  columns.reduce((sum, { width }) => sum + width + gap.length, -gap.length);

function rowOf(region: SeenRegion, columns: readonly SizedColumn[]): Line {
  const cells = columns.map((column): Piece => ({
    text: aligned(column.cell(region), column.width, column.align),
    ...(column.name === '' && { tone: markTone(region.mark) }),
  }));
  const { reason } = region.progress;
  return reason === null ? cells : [...cells, { text: reason, tone: markTone(region.mark) }];
}

const withoutGap = (line: Line): Line =>
  line.map((piece, place) => (place === line.length - 1 ? { ...piece, text: piece.text.trimEnd() } : piece));

const aligned = (text: string, width: number, align: Column['align']): string =>
  (align === 'left' ? padTo(text, width) : ' '.repeat(Math.max(0, width - widthOf(text))) + text) + gap;

function leftOut(regions: readonly SeenRegion[]): Line {
  const fine = regions.filter(isFine).length;
  const others = regions.length - fine;
  return [{ text: leftOutText({ regions: others, fine, lines: 0 }), tone: others > 0 ? 'waiting' : 'quiet' }];
}
