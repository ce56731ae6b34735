import type { Deployment, DeploymentRegion } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import { markTone, more } from './marks.ts';
import { isFine, regionColumns, seenRegions, worstFirst, type Column, type SeenRegion } from './region-rows.ts';
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

interface SizedColumn extends Column {
  readonly width: number;
}

/** As wide as their widest cell. Those that say nothing are left out, and dispensable ones until the rest fits. */
function fitting(columns: readonly Column[], regions: readonly SeenRegion[], room: number): SizedColumn[] {
  const sized = columns.flatMap((column) => {
    const width = Math.max(...regions.map((region) => widthOf(column.cell(region))));
    return width === 0 ? [] : [{ ...column, width: Math.max(width, widthOf(column.name)) }];
  });
  while (totalWidth(sized) > room) {
    const most = Math.max(...sized.map(({ dispensable }) => dispensable));
    if (most === 0) break;
    sized.splice(
      sized.findIndex(({ dispensable }) => dispensable === most),
      1,
    );
  }
  return sized;
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

/** `+ 3 regions, + 42 regions fine` */
function leftOut(regions: readonly SeenRegion[]): Line {
  const fine = regions.filter(isFine).length;
  const others = regions.length - fine;
  const counts = [others > 0 ? counted(others, ' more') : null, fine > 0 ? counted(fine, ' fine') : null];
  return [{ text: counts.filter(Boolean).join(', '), tone: others > 0 ? 'waiting' : 'quiet' }];
}

const counted = (count: number, what: string): string => `+ ${count} region${count === 1 ? '' : 's'}${what}`;
