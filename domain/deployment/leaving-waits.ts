/** What a person may have a deployment not wait for: a region that doesn't move, and the rest of a bake. */
import { maySkip } from '../goal/finish.ts';
import type { RegionName } from '../names.ts';
import { named } from '../progress/plain-text.ts';
import type { RegionState } from '../states.ts';
import { accept, refuse, whatGoesOn, type MessageDecision, type Standing } from './person-message.ts';

/** A region of the plan, as the decision looks at it. */
export interface SkippableRegion {
  readonly region: RegionName;
  readonly state: RegionState;
  /** A person must decide about it. */
  readonly held: boolean;
  /** Why it doesn't move; `null` when nothing is wrong. */
  readonly reason: string | null;
}

/**
 * Whether the deployment goes on without the region. Only one that doesn't move is left out: what works is aborted or
 * paused instead. The last region can't be: a deployment that goes nowhere has not succeeded.
 */
export function decideSkip(at: Standing, regions: readonly SkippableRegion[], region: string): MessageDecision {
  if (at.stop !== null) return refuse(whatGoesOn(at, at.stop));
  if (at.finishing) return refuse(`${at.name} is past its point of no return: a region that does not answer owes it`);
  if (!at.planned) return refuse(`the plan of ${at.name} is not made yet: try again`);
  const found = regions.find((each) => each.region === region);
  if (found === undefined)
    return refuse(`${at.name} does not go to ${region}: its regions are ${named(regions.map((each) => each.region))}`);
  if (found.state === 'skipped') return { do: 'done', message: `${region} is skipped already` };
  const moves = whyItMoves(found);
  if (moves !== null) return refuse(`${region} ${moves}: pause or abort ${at.name} instead`);
  if (!maySkip(readiness(regions), found.region))
    return refuse(`${region} is the last region of ${at.name} that is not skipped: abort it instead`);
  return accept(`${at.name} goes on without ${region}`);
}

const readiness = (regions: readonly SkippableRegion[]) =>
  regions.map(({ region, state, held }) => ({
    region,
    standing: state === 'skipped' ? ('skipped' as const) : held ? ('held' as const) : ('open' as const),
  }));

/** `null` for a region that waits for a person, for its hosts, for the copy, or for an answer. */
export function whyItMoves({ state, held, reason }: Omit<SkippableRegion, 'region'>): string | null {
  if (held || state === 'unreachable') return null;
  if (state === 'done') return 'is ready';
  if (reason === 'no host' || (state === 'replicating' && reason !== null)) return null;
  return 'answers, and is not held';
}

/** The stage whose regions are all watched after their last batch. */
export interface BakingStage {
  readonly name: string;
  /** It is held to metrics while it bakes. */
  readonly hasMetrics: boolean;
}

/**
 * Whether the rest of a bake is left out. What is measured is not: a stage that is held to metrics bakes to its end, as
 * what they say early is not what they were asked.
 */
export function decidePromote(at: Standing, baking: BakingStage | null): MessageDecision {
  if (at.stop !== null) return refuse(whatGoesOn(at, at.stop));
  if (at.finishing) return refuse(`${at.name} is past its last stage`);
  if (baking === null) return refuse(`no stage of ${at.name} bakes: there is nothing to end early`);
  if (baking.hasMetrics)
    return refuse(`stage ${baking.name} is held to metrics until it has baked, and these are not left out`);
  if (at.held) return refuse(`${at.name} is held: a person must resume or abort it first`);
  if (at.paused) return refuse(`${at.name} is paused: resume it first`);
  return accept(`the bake of stage ${baking.name} ends, if its hosts are well`);
}
