import { digits, lasted } from '../../domain/progress/plain-text.ts';
import { reportedBack } from '../../domain/progress/shown-hosts.ts';
import { isSilent, regionShown, type MarkName } from '../../domain/progress/shown-state.ts';
import type { Deployment, DeploymentRegion } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import { markText } from './marks.ts';
import { widthOf } from './styled-line.ts';

/** A region of a deployment, with the age of what is known about its hosts. */
export interface SeenRegion {
  readonly progress: DeploymentRegion;
  readonly mark: MarkName;
  readonly word: string;
  /** What its hosts last said; `null` when nothing is known. */
  readonly report: ServiceHosts | null;
}

export function seenRegions(regions: readonly DeploymentRegion[], reports: readonly ServiceHosts[]): SeenRegion[] {
  return regions.map((progress) => {
    const report = reports.find(({ region }) => region === progress.region) ?? null;
    return { progress, report, ...regionShown(progress, report) };
  });
}

const worst: readonly MarkName[] = ['fail', 'unknown', 'hold', 'back', 'wait', 'run', 'bake', 'todo', 'absent', 'ok'];

/** Those that need looking at first; else the order of the plan. */
export const worstFirst = (regions: readonly SeenRegion[]): SeenRegion[] =>
  regions.toSorted((a, b) => rankOf(a) - rankOf(b));

/** Of those that stand alike the ones with failures come first. */
const rankOf = (region: SeenRegion): number =>
  isStuck(region) ? -1 : markRank(region.mark) - (region.progress.hosts.failed > 0 ? 0.5 : 0);

/** The worst is 0. */
export const markRank = (mark: MarkName): number => worst.indexOf(mark);

/** Something is told of why it doesn't move. */
export const isStuck = ({ mark, progress }: SeenRegion): boolean => progress.reason !== null && !isFine({ mark });

export const isFine = ({ mark }: Pick<SeenRegion, 'mark'>): boolean => mark === 'ok';

export interface Column {
  readonly name: string;
  readonly align: 'left' | 'right';
  /** Columns with a high number go first when the terminal is narrow. */
  readonly dispensable: number;
  /** @param hasAges whether the age of what is known has a column of its own */
  readonly cell: (region: SeenRegion, hasAges: boolean) => string;
}

export const ageColumn = 'last report';

/** `■■▣□`: batches that are through, the one that is on its way, those to come. */
export function batchBlocks({ state, batch, batches }: DeploymentRegion, hasUnicode: boolean): string {
  const [full, current, open] = hasUnicode ? ['■', '▣', '□'] : ['#', '*', '.'];
  const moving = state === 'rolling' || state === 'undoing' || state === 'baking';
  if (state === 'undone') return open!.repeat(batches);
  const through = state === 'done' ? batches : Math.max(0, batch - (moving ? 1 : 0));
  return (
    full!.repeat(through) +
    (batch > through ? current! : '') +
    open!.repeat(Math.max(0, batches - Math.max(batch, through)))
  );
}

/** @param since of the deployment's state: what was reported before says nothing of its undo */
export function regionColumns(
  { release, since }: Pick<Deployment, 'release' | 'since'>,
  now: number,
  hasUnicode: boolean,
): readonly Column[] {
  /** How many hosts a region has is known once it has begun. */
  const begun = ({ progress }: SeenRegion, text: string): string => (progress.hosts.total === 0 ? '–' : text);
  const known = (count: number, each: SeenRegion): string =>
    each.mark === 'unknown' ? '?' : begun(each, digits(count));
  return [
    { name: 'region', align: 'left', dispensable: 0, cell: ({ progress }) => progress.region },
    {
      name: '',
      align: 'left',
      dispensable: 0,
      cell: (each, hasAges) => `${markText(each.mark, hasUnicode)} ${hasAges ? each.word : agedWord(each, now)}`,
    },
    { name: 'batches', align: 'left', dispensable: 2, cell: ({ progress }) => batchBlocks(progress, hasUnicode) },
    { name: 'hosts', align: 'left', dispensable: 2, cell: ({ progress }) => hostStrip(progress, hasUnicode) },
    {
      name: `on @${release}`,
      align: 'right',
      dispensable: 0,
      cell: (each) =>
        begun(each, `${digits(onRelease(each, { release, since }))} of ${digits(each.progress.hosts.total)}`),
    },
    { name: 'healthy', align: 'right', dispensable: 3, cell: (each) => known(each.progress.hosts.healthy, each) },
    { name: 'failed', align: 'right', dispensable: 1, cell: (each) => known(each.progress.hosts.failed, each) },
    { name: 'unknown', align: 'right', dispensable: 4, cell: ({ report }) => unknownCell(report) },
    { name: ageColumn, align: 'right', dispensable: 5, cell: ({ report }) => reportAge(report, now) ?? 'none' },
  ];
}

/** `unknown 9 min, was rolling`: how long nothing was heard of it is worth more than any column. */
function agedWord({ mark, word, report }: SeenRegion, now: number): string {
  if (mark !== 'unknown' || (report !== null && !isSilent(report))) return word;
  const age = reportAge(report, now);
  return word.replace(/^\w+/, (first) => (age === null ? `${first}, no report` : `${first} ${age}`));
}

/** So many can be told apart; more are counted only. */
const mostInStrip = 20;

/** `✓✓▶·`: each host of a small region, those that are through first. */
function hostStrip({ state, hosts }: DeploymentRegion, hasUnicode: boolean): string {
  const { total, switched, healthy, failed } = hosts;
  if (total > mostInStrip) return '';
  const [fine, moving, bad, back, rest] = hasUnicode ? ['✓', '▶', '✕', '↩', '·'] : ['+', '>', 'x', '<', '.'];
  const goesBack = state === 'undone' || state === 'undoing';
  const strip = goesBack
    ? back!.repeat(switched)
    : fine!.repeat(healthy) + moving!.repeat(Math.max(0, switched - healthy - failed)) + bad!.repeat(failed);
  return strip + rest!.repeat(Math.max(0, total - widthOf(strip)));
}

/** What was switched is counted no more when it goes back: then hosts say what they run, until all are back. */
function onRelease({ progress, report }: SeenRegion, moved: Pick<Deployment, 'release' | 'since'>): number {
  const { state, hosts } = progress;
  if (state === 'undone') return 0;
  return (state === 'undoing' ? reportedBack(report, moved) : null) ?? hosts.switched;
}

function unknownCell(report: ServiceHosts | null): string {
  const hosts = report?.hosts ?? null;
  return hosts === null ? '?' : digits(report?.stale === true ? hosts.total : hosts.unknown);
}

/** `9 min`; `null` where nothing was ever reported. */
export function reportAge(report: ServiceHosts | null, now: number): string | null {
  const at = report?.at ?? null;
  return at === null ? null : lasted(Math.max(1000, now - Date.parse(at)));
}
