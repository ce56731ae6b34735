/**
 * Markdown for Temporal's Web UI, which alone has to tell the story: a workflow's static summary and details, and its
 * current details. Commit messages and hosts' reasons are text of strangers, so everything is escaped.
 */
import type { LaneState } from '../lane/lane.ts';
import { nextInQueue } from '../lane/lane.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../names.ts';
import type { DeploymentKind, DeploymentState } from '../states.ts';
import { authorsText, clockTime } from './plain-text.ts';
import type { RegionProgress } from './region-progress.ts';

export interface Titled {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
}

/** Temporal keeps 200 bytes of a static summary; this is at most 150. */
export const deploymentTitle = ({ service, deployment, kind, release }: Titled): string =>
  `${service}/${deployment} ${kind} of ${service}@${release}`;

export type Origin =
  | {
      readonly from: 'merge';
      readonly commit: string;
      readonly branch: string;
      readonly authors: readonly string[];
      readonly subject: string;
    }
  | { readonly from: 'person'; readonly person: string; readonly reason: string | null };

/** What it came from: a workflow's static details. */
export function originDetails(origin: Origin): string {
  if (origin.from === 'person')
    return `Asked for by ${escaped(origin.person)}${origin.reason ? `: ${escaped(origin.reason)}` : ''}`;
  const { commit, branch, authors, subject } = origin;
  return `Merge of \`${commit.slice(0, 12)}\` into ${escaped(branch)} by ${escaped(authorsText(authors))}: ${escaped(subject)}`;
}

export interface DeploymentNow extends Titled {
  readonly state: DeploymentState;
  readonly stage: string | null;
  readonly paused: boolean;
  readonly held: boolean;
  readonly waiting: string | null;
  readonly approvals: { readonly given: number; readonly wanted: number } | null;
  readonly regions: readonly RegionProgress[];
  /** The last thing that happened. */
  readonly message: string;
}

/** A deployment's current details. */
export function deploymentDetails(now: DeploymentNow): string {
  const { state, stage, paused, held, waiting, approvals, regions, message } = now;
  const marks = [held ? 'held' : null, paused ? 'paused' : null].filter((mark) => mark !== null);
  const head = [state, ...(stage === null ? [] : [`stage ${stage}`]), ...marks].join(', ');
  const lines = [
    `**${deploymentTitle(now)}: ${head}**`,
    escaped(message),
    ...(waiting === null ? [] : [escaped(waiting)]),
    ...(approvals === null ? [] : [`Approvals: ${approvals.given} of ${approvals.wanted}.`]),
    ...(regions.length === 0 ? [] : [regionTable(regions)]),
  ];
  return lines.join('\n\n');
}

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
    lock === null ? 'open' : `locked since ${clockTime(lock.since)} by ${escaped(lock.owner)}: ${escaped(lock.reason)}`;
  const waiting = queue.map(({ deployment, release }) => `${service}/${deployment} (@${release})`);
  return [
    `**${service}: ${locked}**`,
    `Active: ${active === null ? 'none' : deploymentTitle({ service, ...active })}`,
    `Next: ${next === null ? 'none' : deploymentTitle({ service, ...next })}`,
    `Waiting: ${waiting.length === 0 ? 'none' : `${waiting.length}: ${waiting.slice(0, 20).join(', ')}`}`,
  ].join('\n\n');
}

/** One line of plain text inside Markdown. */
const escaped = (text: string): string =>
  text
    .slice(0, 500)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`);
