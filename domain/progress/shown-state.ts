/**
 * The shape and the word that stand for a state, the same on pages and in commands. What draws a shape is theirs; which
 * one it is stands here. Colour only repeats it.
 */
import type { HostCounts } from '../summary/host-counts.ts';
import type { DeploymentOutcome, DeploymentState, RegionState } from '../states.ts';
import type { Step } from './step.ts';

export type MarkName =
  'ok' | 'run' | 'bake' | 'pause' | 'wait' | 'hold' | 'fail' | 'back' | 'unknown' | 'absent' | 'lock' | 'todo';

export interface ShownState {
  readonly mark: MarkName;
  readonly word: string;
}

export interface DeploymentStanding {
  readonly state: DeploymentState;
  readonly outcome: DeploymentOutcome | null;
  readonly paused: boolean;
  readonly held: boolean;
  readonly waiting: string | null;
  readonly why: { readonly needsSomeone: boolean } | null;
}

/** What was let go of is no failure, unless it left something behind that a person has to put right. */
const ofOutcome: Readonly<Record<DeploymentOutcome, MarkName>> = {
  succeeded: 'ok',
  rejected: 'fail',
  failed: 'fail',
  superseded: 'absent',
  cancelled: 'absent',
  undone: 'back',
};

/** Of a deployment: what keeps it is more than what it was doing. Nothing keeps an undo. */
export function deploymentShown({ state, outcome, paused, held, waiting, why }: DeploymentStanding): ShownState {
  if (outcome !== null) {
    const isLeft = ofOutcome[outcome] === 'absent' && why?.needsSomeone === true;
    return { mark: isLeft ? 'fail' : ofOutcome[outcome], word: outcome };
  }
  if (state === 'undoing') return { mark: 'back', word: state };
  if (held) return { mark: 'hold', word: 'held' };
  if (paused) return { mark: 'pause', word: 'paused' };
  if (state === 'baking') return { mark: 'bake', word: state };
  return { mark: state === 'queued' || waiting !== null ? 'wait' : 'run', word: state };
}

const ofStep: Readonly<Record<Step['state'], MarkName>> = {
  pending: 'todo',
  running: 'run',
  waiting: 'wait',
  done: 'ok',
  failed: 'fail',
  skipped: 'absent',
};

/** Of a step: an undo that succeeds is still a way back. */
export function stepShown({ kind, state }: Pick<Step, 'kind' | 'state'>): ShownState {
  const isBack = kind === 'undo' && (state === 'running' || state === 'done');
  return { mark: isBack ? 'back' : ofStep[state], word: state };
}

export interface RegionStanding {
  readonly state: RegionState;
  /** Why it doesn't move. */
  readonly reason: string | null;
}

/** What a region last said of its hosts. */
export interface HostsReport {
  /** `null` while it has not reported. */
  readonly hosts: HostCounts | null;
  /** Older than the centre trusts. */
  readonly stale: boolean;
}

/** Its counts, if there are any, say how it was and not how it is. */
export const isSilent = ({ hosts, stale }: HostsReport): boolean => hosts === null || stale;

const ofRegion: Readonly<Record<RegionState, MarkName>> = {
  pending: 'todo',
  replicating: 'run',
  ready: 'todo',
  rolling: 'run',
  baking: 'bake',
  done: 'ok',
  undoing: 'back',
  undone: 'back',
  unreachable: 'unknown',
  skipped: 'absent',
};

/**
 * Of a region within a deployment. Failures within the budget are counted, they don't stop it: it runs. One that is
 * silent is unknown, whatever was known before, unless the deployment has passed it by.
 *
 * @param report `null` when none is at hand: then the deployment's own word stands
 */
export function regionShown({ state, reason }: RegionStanding, report: HostsReport | null): ShownState {
  if (report !== null && isSilent(report) && state !== 'skipped' && state !== 'unreachable')
    return { mark: 'unknown', word: `unknown, was ${state}` };
  const stands = reason !== null && (state === 'rolling' || state === 'baking');
  return { mark: stands ? 'wait' : ofRegion[state], word: state };
}

/** Of a service's hosts in a region: the worst that is true of them. Absent ones are counted beside it. */
export function hostsShown(report: HostsReport): ShownState {
  const { hosts } = report;
  if (hosts === null || isSilent(report)) return { mark: 'unknown', word: 'unknown' };
  if (hosts.unhealthy > 0) return { mark: 'fail', word: 'unhealthy' };
  if (hosts.reverted > 0) return { mark: 'back', word: 'reverted' };
  if (hosts.unknown > 0) return { mark: 'unknown', word: 'unknown' };
  if (hosts.switching > 0) return { mark: 'run', word: 'switching' };
  if (hosts.healthy > 0) return { mark: 'ok', word: 'healthy' };
  return { mark: 'absent', word: hosts.total === 0 ? 'no host' : 'absent' };
}

export interface ServiceStanding {
  readonly lane: { readonly lock: object | null };
  /** What its lane is at; `null` when all have ended. */
  readonly active: DeploymentStanding | null;
  readonly why: { readonly needsSomeone: boolean } | null;
  readonly hosts: readonly HostsReport[];
}

/** Bad before unknown, unknown before moving, and well only when all are. */
const worstFirst: readonly MarkName[] = ['fail', 'back', 'unknown', 'run', 'absent', 'ok'];

/** Of a service: what moves in it, else what keeps it, else the worst of its regions. */
export function serviceShown({ lane, active, why, hosts }: ServiceStanding): ShownState {
  if (active !== null) return deploymentShown(active);
  if (lane.lock !== null) return { mark: 'lock', word: 'locked' };
  // Its last deployment failed, or was let go of, and left something behind.
  if (why?.needsSomeone === true) return { mark: 'fail', word: 'failed' };
  const regions = hosts.map(hostsShown);
  const worst = worstFirst.flatMap((mark) => regions.filter((each) => each.mark === mark))[0];
  return worst ?? { mark: 'absent', word: 'no host' };
}
