/**
 * The lane of one service as data: what runs, what waits, what holds it shut. First come, first served; a rollback goes
 * before all others, then a hotfix, and both run on a locked lane too. The workflow asks `nextStep` after each `apply` and does what it says.
 */
import type { DeploymentNumber, ReleaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
import { lockedToo } from './lock-rules.ts';

export interface LaneLock {
  readonly owner: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  /** When the lane opens by itself, RFC 3339, UTC. Absent: when somebody opens it. */
  readonly until?: string | undefined;
}

/** A deployment that has a number and has not ended. */
export interface OpenDeployment {
  readonly deployment: DeploymentNumber;
  readonly release: ReleaseNumber;
  readonly kind: DeploymentKind;
  /** Delivery key or Idempotency-Key of the request that it came from. */
  readonly key: string;
  readonly started: boolean;
  /** A release-owner has it go first. */
  readonly hotfix?: boolean;
  /** It goes to some of the regions only. */
  readonly limited?: boolean;
  /** Of a hotfix: the deployment that was active when it was asked for, and is aborted, with hold or without. */
  readonly makesWay?: {
    readonly of: DeploymentNumber;
    readonly hold: boolean;
    readonly by: string;
    readonly reason: string;
  };
}

export interface LaneState {
  readonly lock: LaneLock | null;
  readonly active: OpenDeployment | null;
  /** In the order in which they will start, but for rollbacks and hotfixes. */
  readonly queue: readonly OpenDeployment[];
}

export const emptyLane: LaneState = { lock: null, active: null, queue: [] };

/** Something that happened, already recorded where it must not be lost. */
export type LaneEvent =
  /** What Postgres holds, read by a fresh lane before it accepts anything. */
  | { readonly kind: 'loaded'; readonly lock: LaneLock | null; readonly open: readonly OpenDeployment[] }
  | { readonly kind: 'opened'; readonly deployment: OpenDeployment }
  /** What waits has other numbers: all that is open, as Postgres holds it. */
  | { readonly kind: 'requeued'; readonly open: readonly OpenDeployment[] }
  /** These waited, and have ended. */
  | { readonly kind: 'superseded'; readonly deployments: readonly DeploymentNumber[] }
  | { readonly kind: 'started'; readonly deployment: DeploymentNumber }
  /** With the lock that its end left behind. A deployment that never started ends by being cancelled. */
  | { readonly kind: 'ended'; readonly deployment: DeploymentNumber; readonly lock: LaneLock | null }
  | { readonly kind: 'locked'; readonly lock: LaneLock }
  | { readonly kind: 'unlocked' };

/** The lane after the event. Applying an event again changes nothing. */
export function apply(state: LaneState, event: LaneEvent): LaneState {
  switch (event.kind) {
    case 'loaded':
      return load(event.lock, event.open);
    case 'opened':
      return isOpen(state, event.deployment.deployment) ? state : enqueue(state, event.deployment);
    case 'requeued':
      return { ...state, queue: waitingOf(event.open, state.active) };
    case 'superseded':
      // Not what is active: of its end the lane hears by itself.
      return { ...state, queue: state.queue.filter(({ deployment }) => !event.deployments.includes(deployment)) };
    case 'started':
      return start(state, event.deployment);
    case 'ended':
      return end(state, event.deployment, event.lock);
    case 'locked':
      // The first lock stays: its owner and reason are what whoever opens the lane has to know. Its end may move.
      return state.lock === null || isSameLock(state.lock, event.lock) ? { ...state, lock: event.lock } : state;
    case 'unlocked':
      return state.lock === null ? state : { ...state, lock: null };
  }
}

export type LaneStep =
  | { readonly do: 'start'; readonly deployment: OpenDeployment }
  | { readonly do: 'wait'; readonly until: 'active ends' | 'unlocked' | 'submitted' };

/** What the lane does now. At most one deployment is active, whatever comes in. */
export function nextStep(state: LaneState): LaneStep {
  if (state.active !== null) return { do: 'wait', until: 'active ends' };
  const next = nextInQueue(state);
  if (next !== null) return { do: 'start', deployment: next };
  return { do: 'wait', until: state.queue.length > 0 ? 'unlocked' : 'submitted' };
}

/** Who starts next if nothing were active; `null` when nobody may. */
export function nextInQueue({ queue, lock }: LaneState): OpenDeployment | null {
  const [first = null] = inStartOrder(queue);
  return lock === null || (first !== null && passesLock(first)) ? first : null;
}

/** Deployments that will have run before this one does, the active one included. */
export function ahead(state: LaneState, deployment: DeploymentNumber): number {
  if (state.active?.deployment === deployment) return 0;
  const active = state.active === null ? 0 : 1;
  const order = inStartOrder(state.queue);
  const place = order.findIndex((waiting) => waiting.deployment === deployment);
  return active + (place === -1 ? order.length : place);
}

export const isOpen = (state: LaneState, deployment: DeploymentNumber): boolean =>
  state.active?.deployment === deployment || state.queue.some((waiting) => waiting.deployment === deployment);

interface Ranked {
  readonly kind: DeploymentKind;
  readonly hotfix?: unknown;
}

/** What waits, in the order in which it will start: rollbacks go before all others, then hotfixes. */
export const inStartOrder = <Waiting extends Ranked>(oldestFirst: readonly Waiting[]) =>
  oldestFirst.toSorted((a, b) => rank(a) - rank(b));

const rank = ({ kind, hotfix }: Ranked): number => (kind === 'rollback' ? 0 : hotfix ? 1 : 2);

/** Both are for who flees from something: the lock is there to keep that from coming back. */
export const passesLock = (waiting: Ranked): boolean => rank(waiting) < 2;

const isSameLock = (one: LaneLock, other: LaneLock): boolean => one.owner === other.owner && one.since === other.since;

/** Only one can be active. If several were started, the others are asked to start again, which changes nothing. */
function load(lock: LaneLock | null, open: readonly OpenDeployment[]): LaneState {
  const oldestFirst = open.toSorted((a, b) => a.deployment - b.deployment);
  const active = oldestFirst.find(({ started }) => started) ?? null;
  return { lock, active, queue: oldestFirst.filter((deployment) => deployment !== active) };
}

/** The active one may have ended in Postgres: the lane hears of that by itself. */
const waitingOf = (open: readonly OpenDeployment[], active: OpenDeployment | null): OpenDeployment[] =>
  open
    .filter(({ started, deployment }) => !started && deployment !== active?.deployment)
    .toSorted((a, b) => a.deployment - b.deployment);

/** By number: two submissions may get their numbers in one order and be answered in the other. */
function enqueue(state: LaneState, deployment: OpenDeployment): LaneState {
  return { ...state, queue: [...state.queue, deployment].toSorted((a, b) => a.deployment - b.deployment) };
}

function start(state: LaneState, deployment: DeploymentNumber): LaneState {
  const starting = state.queue.find((waiting) => waiting.deployment === deployment);
  if (starting === undefined || state.active !== null) return state;
  return { ...state, active: { ...starting, started: true }, queue: state.queue.filter((other) => other !== starting) };
}

function end(state: LaneState, deployment: DeploymentNumber, lock: LaneLock | null): LaneState {
  if (!isOpen(state, deployment)) return state;
  return {
    lock: lock === null ? state.lock : (lockedToo(state.lock, lock) ?? state.lock),
    active: state.active?.deployment === deployment ? null : state.active,
    queue: state.queue.filter((waiting) => waiting.deployment !== deployment),
  };
}
