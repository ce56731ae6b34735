/** How a deployment ends once it stops going forward, before its point of no return. */
import type { LaneLock } from '../lane/lane.ts';
import { hookName } from '../hook/hook.ts';
import type { HookStanding } from '../hook/standing.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../names.ts';
import { notUndoneText } from '../progress/not-undone-text.ts';
import type { RollbackPolicy } from '../spec/service-spec.ts';
import type { DeploymentKind, DeploymentOutcome, DeploymentState } from '../states.ts';

/** Why a deployment doesn't go on. */
export interface Stop {
  /** `failed`: build, checks, plan, a batch, a bake or the verification. */
  readonly cause: 'rejected' | 'aborted' | 'failed';
  /** Leave hosts where they are instead of undoing; only a person's abort asks for it. */
  readonly hold: boolean;
  /** A person, or `slipway`. */
  readonly by: string;
  /** One sentence for people. */
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/**
 * Which end is decided already, so that no abort changes it; `null` while it goes forward, or fails and may ask a person
 * which it shall be.
 */
export function decidedEnd(stop: Stop | null, state: DeploymentState): 'undo' | 'hold' | null {
  if (state === 'undoing') return 'undo';
  if (stop === null || stop.cause === 'failed') return null;
  return stop.hold ? 'hold' : 'undo';
}

/**
 * - `end`: no region heard of it, so there is nothing to bring back;
 * - `undo`: every region that heard of it goes back to its base;
 * - `hold`: hosts stay where they are, nobody else switches;
 * - `ask`: hold, and let a person choose between undo and hold.
 */
export type Ending =
  | { readonly do: 'end'; readonly outcome: 'rejected' | 'cancelled' | 'failed' }
  | { readonly do: 'undo' }
  | { readonly do: 'hold' }
  | { readonly do: 'ask' };

const untouched = { rejected: 'rejected', aborted: 'cancelled', failed: 'failed' } as const;

/** @param touched whether any region may have heard of the deployment, or a hook may have run */
export function endingOf(stop: Stop, touched: boolean, rollback: Pick<RollbackPolicy, 'automatic'>): Ending {
  if (!touched) return { do: 'end', outcome: untouched[stop.cause] };
  if (stop.hold) return { do: 'hold' };
  return stop.cause === 'failed' && !rollback.automatic ? { do: 'ask' } : { do: 'undo' };
}

/** Something that an undo has left as it was, for a person to see to. */
export interface NotUndone {
  readonly what: 'hook' | 'region';
  /** `hooks.before[0]`, `ap-south` */
  readonly name: string;
  /** The command that ran, or the release that hosts may still run. */
  readonly left: string;
  /** What would have taken it back; `null` where there is nothing. */
  readonly undo: string | null;
  readonly why: string;
}

/**
 * What an undo comes to. A region that is left is undone when it answers, so that alone is no failure; a hook that is not
 * undone takes a person, who then has to know all that is left.
 */
export function undoEnd(
  hooks: readonly HookStanding[],
  pending: readonly { readonly region: RegionName; readonly why: string }[],
  release: string,
): { readonly outcome: 'undone' | 'failed'; readonly notUndone: readonly NotUndone[] } {
  const left = hooks.filter(({ state }) => state === 'not-undone').map(leftHook);
  if (left.length === 0) return { outcome: 'undone', notUndone: [] };
  const regions = pending.map(({ region, why }) => ({
    what: 'region' as const,
    name: region,
    left: release,
    undo: null,
    why: `${why}; it goes back when it answers`,
  }));
  return { outcome: 'failed', notUndone: [...left, ...regions] };
}

const leftHook = (standing: HookStanding): NotUndone => ({
  what: 'hook',
  name: hookName(standing),
  left: standing.hook.run,
  undo: standing.hook.undo,
  why: standing.why ?? 'nobody knows',
});

export interface EndedDeployment {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly outcome: DeploymentOutcome;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly notUndone?: readonly NotUndone[];
}

/**
 * The lock that an end leaves on the lane: after an undo and after a rollback the next merge must not bring back at once
 * what was just taken away.
 */
export function lockAfter(ended: EndedDeployment, rollback: Pick<RollbackPolicy, 'lockAfter'>): LaneLock | null {
  const { service, deployment, kind, outcome, by, reason, at } = ended;
  if (ended.notUndone !== undefined && ended.notUndone.length > 0) return lockOfHalf(ended);
  const undone = outcome === 'undone';
  const rolledBack = kind === 'rollback' && outcome === 'succeeded';
  if (!rollback.lockAfter || !(undone || rolledBack)) return null;
  const what = undone ? 'was undone' : 'rolled the service back';
  return { owner: by, reason: `${service}/${deployment} ${what}: ${reason}`.slice(0, 500), since: at };
}

/** Whatever the policy: the next release would start from what nobody has looked at. */
function lockOfHalf({ service, deployment, by, notUndone = [], at }: EndedDeployment): LaneLock {
  const left = notUndone.map(notUndoneText).join('; ');
  return { owner: by, reason: `${service}/${deployment} is not undone: ${left}`.slice(0, 500), since: at };
}
