/** Which of the deployments before have left something; apart from what workflows hold of it. */
import type { RecordedOutcome } from '../goal/goal.ts';
import type { DeploymentNumber, ReleaseNumber } from '../names.ts';
import { placedHooks, type HookPlace } from './hook.ts';
import type { Reversibility } from './irreversible.ts';
import { isIncompatible, type LeftBehind } from './left-behind.ts';
import type { HookState } from './standing.ts';

/** A deployment since the base of some region, as it is recorded. */
export interface EarlierDeployment {
  readonly deployment: DeploymentNumber;
  readonly release: ReleaseNumber;
  /** Of its release. */
  readonly spec: Pick<Reversibility, 'hooks' | 'compatibleWith'>;
  /** Those that may have run, as they last stood. */
  readonly hooks: readonly (HookPlace & { readonly state: HookState })[];
  /** In the regions that may have heard of it. */
  readonly outcomes: readonly RecordedOutcome['outcome'][];
}

/** A plan is small, and people read it. The newest are named, and first of all those that forbid something. */
const mostNamed = 20;

/**
 * Of the deployments since the oldest base of the regions in question, what stands of them: hooks that need an undo and
 * had none, and hosts that ran what the release before can't follow. What was undone to its end leaves nothing.
 */
export function leftBehind(earlier: readonly EarlierDeployment[]): readonly LeftBehind[] {
  const left = earlier.map(whatIsLeft).filter((one) => one !== null);
  const [forbidding, others] = [left.filter(isIncompatible), left.filter((one) => !isIncompatible(one))];
  const newest = [...others.slice(-mostNamed), ...forbidding.slice(-mostNamed)].slice(-mostNamed);
  return newest.toSorted((a, b) => a.deployment - b.deployment);
}

function whatIsLeft({ deployment, release, spec, hooks, outcomes }: EarlierDeployment): LeftBehind | null {
  const standing = hooks.filter(({ state }) => state !== 'undone' && state !== 'stays').flatMap(commandOf(spec));
  const ran = standing.length > 0 || outcomes.some((outcome) => outcome !== 'undone');
  const incompatible = spec.compatibleWith === 'none' && ran;
  if (!incompatible && standing.length === 0) return null;
  return { deployment, release, ...(incompatible && { compatibleWith: 'none' }), hooks: standing };
}

/** Of one that may stay there is nothing to say: the release before runs with it. */
const commandOf =
  ({ hooks }: EarlierDeployment['spec']) =>
  ({ moment, region, index }: HookPlace): readonly string[] => {
    const hook = placedHooks(hooks, moment, region)[index]?.hook;
    return hook === undefined || hook.mayStay ? [] : [hook.run];
  };
