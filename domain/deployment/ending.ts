/** How a deployment ends once it stops going forward, before its point of no return. */
import type { LaneLock } from '../lane/lane.ts';
import type { DeploymentNumber, ServiceName } from '../names.ts';
import type { RollbackPolicy } from '../spec/service-spec.ts';
import type { DeploymentKind, DeploymentOutcome } from '../states.ts';

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

/** @param touched whether any region may have heard of the deployment */
export function endingOf(stop: Stop, touched: boolean, rollback: Pick<RollbackPolicy, 'automatic'>): Ending {
  if (!touched) return { do: 'end', outcome: untouched[stop.cause] };
  if (stop.hold) return { do: 'hold' };
  return stop.cause === 'failed' && !rollback.automatic ? { do: 'ask' } : { do: 'undo' };
}

export interface EndedDeployment {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly outcome: DeploymentOutcome;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/**
 * The lock that an end leaves on the lane: after an undo and after a rollback the next merge must not bring back at once
 * what was just taken away.
 */
export function lockAfter(ended: EndedDeployment, rollback: Pick<RollbackPolicy, 'lockAfter'>): LaneLock | null {
  const { service, deployment, kind, outcome, by, reason, at } = ended;
  const undone = outcome === 'undone';
  const rolledBack = kind === 'rollback' && outcome === 'succeeded';
  if (!rollback.lockAfter || !(undone || rolledBack)) return null;
  const what = undone ? 'was undone' : 'rolled the service back';
  return { owner: by, reason: `${service}/${deployment} ${what}: ${reason}`.slice(0, 500), since: at };
}
