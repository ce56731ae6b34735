import { kindText } from '../../domain/progress/kind-text.ts';
import { authorsText, lasted } from '../../domain/progress/plain-text.ts';
import { deploymentShown } from '../../domain/progress/shown-state.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import { connectionSentence, cutText, type ConnectionNews, type Cut } from '../connection-news.ts';
import { stateSentence } from '../state-sentence.ts';
import { arrow, markText, markTone, more } from './marks.ts';
import { regionTable } from './region-table.ts';
import { stepsLine } from './steps-line.ts';
import { cutLine, wrapLine, type Line } from './styled-line.ts';
import type { Room } from './room.ts';

/** One deployment as it is seen now. */
export interface DeploymentSight {
  readonly deployment: Deployment;
  /** What the regions' hosts last said. */
  readonly reports: readonly ServiceHosts[];
  /** The last things that happened, oldest first. */
  readonly changes: readonly { readonly at: string; readonly line: string }[];
  /** `null` while it is told as it happens. */
  readonly connection: Exclude<ConnectionNews, { type: 'found' }> | null;
  /** How the command line is called here: `slipway`, `npx slipway`. */
  readonly program: string;
  /** ms since 1970 */
  readonly now: number;
}

const mostChanges = 3;

/** Everything about it that fits: at most `room.rows` lines of at most `room.columns` columns. */
export function deploymentFrame(sight: DeploymentSight, room: Room): Line[] {
  const cut = cutOf(sight);
  // Ages stand still with what they belong to: only how old all of it is goes on.
  if (cut === null) return linesOf(sight, room);
  const [title = [], connection = [], ...lines] = linesOf({ ...sight, now: cut.asOf ?? sight.now }, room);
  return [title, connection, ...lines.map(quiet)].slice(0, room.rows);
}

const cutOf = ({ connection, deployment }: DeploymentSight): Cut | null =>
  connection?.type === 'cut' && deployment.outcome === null ? connection : null;

const quiet = (line: Line): Line => line.map(({ text }) => ({ text, tone: 'quiet' }));

function linesOf(sight: DeploymentSight, room: Room): Line[] {
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

/** What has ended stays on the screen, so the whole reason does, and what to do, as far as there is room. */
function headLines(sight: DeploymentSight, room: Room): Line[] {
  const { deployment, now } = sight;
  const isOver = deployment.outcome !== null;
  const lines = [
    titleLine(deployment, room.hasUnicode),
    ...connectionLine(sight),
    stateLine(sight, room.hasUnicode),
    ...nextLine(sight),
  ].flatMap((line) => (isOver ? wrapLine(line, room.columns) : [cutLine(line, room.columns, more(room.hasUnicode))]));
  return deployment.steps.length === 0 ? lines : [...lines, stepsLine(deployment.steps, now, room)];
}

/** `as of 12:04:31Z, no connection since 12:04:41Z: the event stream was cut` */
function connectionLine(sight: DeploymentSight): Line[] {
  const cut = cutOf(sight);
  if (cut !== null) return [[{ text: `${cutText(cut)}: ${cut.why}`, tone: 'waiting' }]];
  return sight.connection?.type === 'polled' ? [[{ text: connectionSentence(sight.connection), tone: 'quiet' }]] : [];
}

/** `checkout/2 rollout @1 → @2 "Greet faster"  lin` */
export function titleLine(shown: Deployment, hasUnicode: boolean): Line {
  const { deployment, from, release, subject, source } = shown;
  const releases = from === null ? `@${release}` : `@${from} ${arrow(hasUnicode)} @${release}`;
  const who = source.from === 'merge' ? authorsText(source.authors) : source.person;
  return [
    { text: `${deployment} ${kindText(shown)} ${releases}`, tone: 'strong' },
    { text: ` "${subject}"` },
    { text: `  ${who}`, tone: 'quiet' },
  ];
}

function stateLine(sight: DeploymentSight, hasUnicode: boolean): Line {
  const { deployment, now } = sight;
  const { stage, outcome, why, since, startedAt, endedAt } = deployment;
  const { mark, word } = deploymentShown(deployment);
  const shape = markText(mark, hasUnicode);
  if (outcome !== null) {
    const tookMs = Date.parse(endedAt ?? since) - Date.parse(startedAt);
    const ending = `${shape} ${word} after ${lasted(tookMs)}`;
    return [{ text: ending, tone: markTone(mark) }, { text: `  ${why?.cause ?? stateSentence(deployment)}` }];
  }
  const standing = `${cutOf(sight) === null ? '' : 'was '}${word}${stage === null ? '' : ` ${stage}`}`;
  const age = lasted(Math.max(1000, now - Date.parse(why?.since ?? since)));
  return [
    { text: `${shape} ${standing}`, tone: markTone(mark) },
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
