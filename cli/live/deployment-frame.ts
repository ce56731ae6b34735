import { authorsText, lasted } from '../../domain/progress/plain-text.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import { stateSentence } from '../state-sentence.ts';
import { arrow, markText, markTone, more } from './marks.ts';
import { regionTable } from './region-table.ts';
import { deploymentMarkName } from './state-mark.ts';
import { stepsLine } from './steps-line.ts';
import { cutLine, type Line } from './styled-line.ts';
import type { Room } from './room.ts';

/** One deployment as it is seen now. */
export interface DeploymentSight {
  readonly deployment: Deployment;
  /** What the regions' hosts last said. */
  readonly reports: readonly ServiceHosts[];
  /** The last things that happened, oldest first. */
  readonly changes: readonly { readonly at: string; readonly line: string }[];
  /** What is wrong with the connection; `null` when nothing is. */
  readonly trouble: string | null;
  /** How the command line is called here: `slipway`, `npx slipway`. */
  readonly program: string;
  /** ms since 1970 */
  readonly now: number;
}

const mostChanges = 3;

/** Everything about it that fits: at most `room.rows` lines of at most `room.columns` columns. */
export function deploymentFrame(sight: DeploymentSight, room: Room): Line[] {
  const head = headLines(sight, room).slice(0, room.rows);
  const wanted = sight.deployment.outcome === null ? sight.changes.slice(-mostChanges) : [];
  const left = room.rows - head.length;
  // The table is worth more than what happened before: it gives up nothing for that.
  const changes = wanted.slice(0, Math.max(0, left - sight.deployment.regions.length - 2));
  const table = regionTable(
    { ...sight.deployment, reports: sight.reports, now: sight.now },
    { ...room, rows: left - changes.length },
  );
  return [...head, ...table, ...changes.map((change) => changeLine(change, room))];
}

function headLines(sight: DeploymentSight, room: Room): Line[] {
  const { deployment, trouble, now } = sight;
  const lines = [
    titleLine(deployment, room.hasUnicode),
    stateLine(deployment, now, room.hasUnicode),
    ...nextLine(sight),
    ...(trouble === null ? [] : [[{ text: trouble, tone: 'waiting' as const }]]),
  ].map((line) => cutLine(line, room.columns, more(room.hasUnicode)));
  return deployment.steps.length === 0 ? lines : [...lines, stepsLine(deployment.steps, now, room)];
}

/** `checkout/2 rollout @1 → @2 "Greet faster"  lin` */
export function titleLine({ deployment, kind, from, release, subject, source }: Deployment, hasUnicode: boolean): Line {
  const releases = from === null ? `@${release}` : `@${from} ${arrow(hasUnicode)} @${release}`;
  const who = source.from === 'merge' ? authorsText(source.authors) : source.person;
  return [
    { text: `${deployment} ${kind} ${releases}`, tone: 'strong' },
    { text: ` "${subject}"` },
    { text: `  ${who}`, tone: 'quiet' },
  ];
}

function stateLine(deployment: Deployment, now: number, hasUnicode: boolean): Line {
  const { state, stage, outcome, why, since, startedAt, endedAt } = deployment;
  const mark = deploymentMarkName(deployment);
  if (outcome !== null) {
    const tookMs = Date.parse(endedAt ?? since) - Date.parse(startedAt);
    const word = `${markText(mark, hasUnicode)} ${outcome} after ${lasted(tookMs)}`;
    return [{ text: word, tone: markTone(mark) }, { text: `  ${why?.cause ?? stateSentence(deployment)}` }];
  }
  const standing = deployment.held ? 'held' : deployment.paused ? 'paused' : state;
  const word = `${markText(mark, hasUnicode)} ${standing}${stage === null ? '' : ` ${stage}`}`;
  const age = lasted(Math.max(1000, now - Date.parse(why?.since ?? since)));
  return [
    { text: word, tone: markTone(mark) },
    { text: ` since ${age}` },
    { text: why === null ? '' : `  ${why.cause}` },
  ];
}

function nextLine({ deployment: { why }, program }: DeploymentSight): Line[] {
  if (why === null) return [];
  const { text, command } = why.next;
  // To be watched is what it is already.
  const isOffered = why.needsSomeone && command !== null;
  const tone = why.needsSomeone ? ({ tone: 'waiting' } as const) : {};
  const offered = isOffered ? [{ text: `  ${command.replace(/^slipway\b/, program)}`, tone: 'strong' as const }] : [];
  return [[{ text: `Next: ${text}`, ...tone }, ...offered]];
}

const changeLine = ({ at, line }: DeploymentSight['changes'][number], room: Room): Line =>
  cutLine([{ text: `${at.slice(11, 19)}Z ${line}`, tone: 'quiet' }], room.columns, more(room.hasUnicode));
