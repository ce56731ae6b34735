import type { ReleaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';

/** A deployment that succeeded. */
export interface Success {
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
}

export interface RollbackHistory {
  /** Oldest first. */
  readonly successes: readonly Success[];
  /** False for releases that are blocked or retired. */
  readonly deployable: (release: ReleaseNumber) => boolean;
  /** A deployment after the last success stands on some of the hosts: it was left there (`abort --hold`), or was for them alone. */
  readonly leftHeld: boolean;
}

/**
 * The release that a rollback goes to: what ran before the last success, seen over rollbacks; or, where a later
 * deployment was left held on some hosts, the last success itself, which is the base that they have left
 * (docs/goal-protocol.md §6). A rollback goes back in this history instead of adding to it, so a second one goes further
 * back and never to the release that was left.
 */
export function rollbackTarget({ successes, deployable, leftHeld }: RollbackHistory): ReleaseNumber | null {
  const ran = successes.reduce<readonly ReleaseNumber[]>(afterSuccess, []);
  return (leftHeld ? ran : ran.slice(0, -1)).findLast(deployable) ?? null;
}

/** What the service runs, by its history; `null` for nothing. */
export const currentOf = (successes: readonly Success[]): ReleaseNumber | null =>
  successes.reduce<readonly ReleaseNumber[]>(afterSuccess, []).at(-1) ?? null;

/** Where a rollback goes that names its release: `further` back than the previous one, or just there. */
export type NamedTarget = { readonly do: 'previous' | 'further' } | { readonly do: 'refuse'; readonly reason: string };

/**
 * Whether the release that a person names can be gone back to: one that ran, before what runs now, and may still. To the
 * previous one it is a rollback as any; further back nobody knows how it gets on with what came since, so its own stages
 * and approvals are gone through.
 */
export function namedTarget({ successes, deployable, leftHeld }: RollbackHistory, to: ReleaseNumber): NamedTarget {
  const ran = successes.reduce<readonly ReleaseNumber[]>(afterSuccess, []);
  const back = leftHeld ? ran : ran.slice(0, -1);
  if (!leftHeld && ran.at(-1) === to) return refuse(`@${to} is what runs: redeploy it`);
  if (!back.includes(to)) return refuse(`@${to} is none of the releases that ran before: deploy it`);
  if (!deployable(to)) return refuse(`@${to} may not run any more: it is blocked or retired`);
  return { do: back.findLast(deployable) === to ? 'previous' : 'further' };
}

const refuse = (reason: string): NamedTarget => ({ do: 'refuse', reason });

function afterSuccess(ran: readonly ReleaseNumber[], { kind, release }: Success): readonly ReleaseNumber[] {
  if (kind === 'rollback') {
    const at = ran.lastIndexOf(release);
    return at === -1 ? [...ran, release] : ran.slice(0, at + 1);
  }
  // The same release again (a retry) is no step in the history.
  return ran.at(-1) === release ? ran : [...ran, release];
}

/** How a deployment ended in one region. */
export interface RegionEnding<Region, Outcome> {
  readonly region: Region;
  readonly deployment: number;
  readonly outcome: Outcome;
}

/** Whether in any region the newest ending is a hold: an undo or a success after it took its hosts along. */
export function isLeftHeld<Region, Outcome extends string>(endings: readonly RegionEnding<Region, Outcome>[]): boolean {
  const newest = new Map<Region, RegionEnding<Region, Outcome>>();
  for (const ending of endings) {
    const known = newest.get(ending.region);
    if (known === undefined || known.deployment < ending.deployment) newest.set(ending.region, ending);
  }
  return [...newest.values()].some(({ outcome }) => outcome === 'held');
}
