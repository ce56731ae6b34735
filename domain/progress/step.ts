import type { RegionName } from '../names.ts';
import type { ServiceSpec } from '../spec/service-spec.ts';
import type { DeploymentKind, DeploymentOutcome, DeploymentState } from '../states.ts';
import type { Milestone, MilestoneVerb } from './milestone.ts';
import type { RegionProgress } from './region-progress.ts';
import type { ShownStage } from './stages.ts';
import type { WaitKind } from './waiting.ts';
import type { ShownApprovals } from './why-facts.ts';

/** One step on the way of a deployment. Times are RFC 3339, UTC. */
export interface Step {
  readonly kind: 'build' | 'checks' | 'plan' | 'approval' | 'replication' | 'hooks' | 'stage' | 'verify' | 'undo';
  readonly name: string;
  readonly state: 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped';
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly note: string | null;
}

export interface StepFacts {
  readonly kind: DeploymentKind;
  /** It came from a merge, so that its release had to be built. */
  readonly isBuilt: boolean;
  /** Of its release; `null` until that was built. */
  readonly spec: Pick<ServiceSpec, 'checks' | 'approve' | 'rollout' | 'hooks' | 'compatibleWith'> | null;
  readonly stages: readonly ShownStage[];
  readonly regions: readonly RegionProgress[];
  /** Of a stage they say nothing of the release. */
  readonly approvals: ShownApprovals | null;
  readonly state: DeploymentState;
  readonly outcome: DeploymentOutcome | null;
  /** Why it ended so. */
  readonly reason: string | null;
  readonly waitingFor: WaitKind | null;
  readonly pending: readonly RegionName[];
  /** Those that began first, first. */
  readonly milestones: readonly Milestone[];
  readonly endedAt: string | null;
}

interface Given extends Omit<Step, 'state'> {
  /** Waits that mean that this step stands still. */
  readonly waits: readonly WaitKind[];
}

/** How it stands, by when it began and ended, and what the deployment waits for. */
export function step(facts: StepFacts, { waits, ...given }: Given): Step {
  const { startedAt, endedAt } = given;
  const stoppedAt = firstAt(facts, 'abort', 'reject', 'undo-started', 'hold-started') ?? facts.endedAt;
  if (startedAt === null) return { ...given, endedAt: null, state: stoppedAt === null ? 'pending' : 'skipped' };
  if (endedAt !== null) return { ...given, state: 'done' };
  // Of what has succeeded the records of a step may be those of an earlier version, which wrote fewer.
  if (facts.outcome === 'succeeded') return { ...given, endedAt: facts.endedAt, state: 'done' };
  if (stoppedAt !== null) return { ...given, endedAt: stoppedAt, state: stoppedState(given, facts) };
  const isWaiting = facts.waitingFor !== null && waits.includes(facts.waitingFor);
  return { ...given, state: isWaiting ? 'waiting' : 'running' };
}

/** Approval and copy go on beside each other: of the two only what ended it has failed. */
function stoppedState({ kind }: Pick<Step, 'kind'>, facts: StepFacts): 'failed' | 'skipped' {
  const byPerson = firstAt(facts, 'abort', 'reject') !== null;
  const isBeside = kind === 'replication' && (byPerson || firstAt(facts, 'stage-started') !== null);
  return isBeside || (kind === 'approval' && !byPerson) ? 'skipped' : 'failed';
}

/** When the first of these was recorded; `null` for none. */
export const firstAt = ({ milestones }: StepFacts, ...verbs: readonly MilestoneVerb[]): string | null =>
  milestones.find(({ verb }) => (verbs as readonly string[]).includes(verb))?.at ?? null;
