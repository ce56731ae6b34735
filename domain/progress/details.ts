/**
 * Markdown for Temporal's Web UI, which alone has to tell the story: a workflow's static summary and details, and its
 * current details. Commit messages and hosts' reasons are text of strangers, so everything is escaped.
 */
import type { LaneState } from '../lane/lane.ts';
import { nextInQueue } from '../lane/lane.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../names.ts';
import type { DeploymentKind, DeploymentState } from '../states.ts';
import type { OfferedVerb } from './offered-verbs.ts';
import { untilText } from './lock-text.ts';
import { authorsText, clockTime } from './plain-text.ts';
import type { RegionProgress } from './region-progress.ts';
import type { Why } from './why-facts.ts';

export interface Titled {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
}

/** Fits into a summary, with room for why. */
export const deploymentTitle = ({ service, deployment, kind, release }: Titled): string =>
  `${service}/${deployment} ${kind} of ${service}@${release}`;

export type Origin =
  | {
      readonly from: 'merge';
      readonly commit: string;
      readonly branch: string;
      readonly authors: readonly string[];
      readonly pusher: string;
      readonly subject: string;
    }
  | { readonly from: 'person'; readonly person: string; readonly reason: string | null };

export interface Sources {
  readonly commit: string;
  readonly cloneUrl: string;
  /** `.` is the repository's root. */
  readonly folder: string;
}

/** A deployment's static details: why it was started, and what it is built from. */
export function originDetails(origin: Origin, { commit, cloneUrl, folder }: Sources): string {
  const where = folder === '.' ? '' : `, folder ${escaped(folder)}`;
  return `${whyStarted(origin)}\n\nSources: commit \`${commit}\` of ${escaped(cloneUrl)}${where}.`;
}

function whyStarted(origin: Origin): string {
  if (origin.from === 'person')
    return `Asked for by ${escaped(origin.person)}${origin.reason ? `: ${escaped(origin.reason)}` : ''}`;
  const { commit, branch, authors, pusher, subject } = origin;
  const what = `\`${commit.slice(0, 12)}\` by ${escaped(authorsText(authors))} into ${escaped(branch)}`;
  return `${escaped(pusher)} merged ${what}: ${escaped(subject)}`;
}

export interface DeploymentNow extends Titled {
  readonly state: DeploymentState;
  readonly stage: string | null;
  readonly paused: boolean;
  readonly held: boolean;
  readonly approvals: { readonly given: number; readonly wanted: number } | null;
  readonly regions: readonly RegionProgress[];
  /** The last thing that happened. */
  readonly message: string;
  /** Why it is there, and what ends that; `null` when there is nothing to explain. */
  readonly why: Pick<Why, 'cause' | 'next'> | null;
}

/** A deployment's current details: what happened, why it is where it is, what comes next. */
export function deploymentDetails(now: DeploymentNow): string {
  const { state, stage, paused, held, approvals, regions, message, why } = now;
  const marks = [held ? 'held' : null, paused ? 'paused' : null].filter((mark) => mark !== null);
  const head = [state, ...(stage === null ? [] : [`stage ${stage}`]), ...marks].join(', ');
  const lines = [
    `**${deploymentTitle(now)}: ${head}**`,
    escaped(message),
    ...(why === null ? [] : whyLines(why, message)),
    ...(approvals === null ? [] : [`Approvals: ${approvals.given} of ${approvals.wanted}.`]),
    ...(regions.length === 0 ? [] : [regionTable(regions)]),
  ];
  return lines.join('\n\n');
}

function whyLines({ cause, next }: NonNullable<DeploymentNow['why']>, message: string): readonly string[] {
  const { text, command, verb } = next;
  const steps = [escaped(text), command === null ? '' : `\`${command}\`.`, verb === null ? '' : (fromHere[verb] ?? '')];
  const why = cause === message ? [] : [`Why: ${escaped(cause)}`];
  return [...why, `Next: ${steps.filter((step) => step !== '').join(' ')}`];
}

/** How a person does it without leaving the page. What moves hosts forward needs a token that says who wants it. */
const fromHere: Partial<Record<OfferedVerb, string>> = {
  approve: "From this page: the signal `approve`, with the token that the deployment's page in the dashboard makes.",
  resume: 'From this page: the signal `resume`, with a token that the api makes.',
  abort: 'From this page: the signal `abort`.',
};

/** The current details of an undo in one region. */
export const regionUndoDetails = (service: ServiceName, message: string): string =>
  `**${service}: back to what ran before**\n\n${escaped(message)}`;

/** One region's current details. */
export const regionDetails = (region: RegionProgress, message: string): string =>
  `${escaped(message)}\n\n${regionTable([region])}`;

export function regionTable(regions: readonly RegionProgress[]): string {
  const head = [
    '| region | state | batch | switched | healthy | failed | why |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  return [...head, ...regions.map(regionRow)].join('\n');
}

function regionRow({ region, state, batch, batches, hosts, reason }: RegionProgress): string {
  const { total, switched, healthy, failed } = hosts;
  return `| ${region} | ${state} | ${batch} of ${batches} | ${switched} of ${total} | ${healthy} | ${failed} | ${escaped(reason ?? '')} |`;
}

/** A lane's current details. */
export function laneDetails(service: ServiceName, lane: LaneState): string {
  const { lock, active, queue } = lane;
  const next = nextInQueue(lane);
  const locked =
    lock === null
      ? 'open'
      : `locked since ${clockTime(lock.since)} by ${escaped(lock.owner)}${untilText(lock)}: ${escaped(lock.reason)}`;
  const waiting = queue.map(({ deployment, release }) => `${service}/${deployment} (@${release})`);
  return [
    `**${service}: ${locked}**`,
    `Active: ${active === null ? 'none' : deploymentTitle({ service, ...active })}`,
    `Next: ${next === null ? 'none' : deploymentTitle({ service, ...next })}`,
    `Waiting: ${waiting.length === 0 ? 'none' : `${waiting.length}: ${waiting.slice(0, 20).join(', ')}`}`,
    laneNature,
  ].join('\n\n');
}

/** Here and not in the details that a lane is started with: those don't come along into its next history. */
const laneNature =
  'A lane never ends by itself. Terminated, it is opened again with what Postgres knows; a deployment that runs goes on.';

/** One line of plain text inside Markdown. */
const escaped = (text: string): string =>
  text
    .slice(0, 500)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`);
