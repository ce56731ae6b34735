import { counted } from '../progress/plain-text.ts';
import type { RegionName, ServiceName } from '../names.ts';

/** Who takes a region out of new deployments, and why. */
export interface Drain {
  readonly by: string;
  readonly reason: string;
  readonly since: string;
}

/** What a decision about a region's life rests on. */
export interface RegionStanding {
  readonly region: RegionName;
  readonly drain: Drain | null;
  /** Hosts that its last counts have, of all services; those that were silent by then are not among them. */
  readonly liveHosts: number;
  /** What it still owes of deployments that have ended. */
  readonly obligations: number;
  /** Open deployments that go there, as people write them. */
  readonly open: readonly string[];
  /** Services whose current release goes there: their specs have to be changed first. */
  readonly namedBy: readonly ServiceName[];
}

/** `refuse`: `forceable` where a person may insist. */
export type RegionDecision =
  | { readonly do: 'change' }
  /** It is so already. */
  | { readonly do: 'same' }
  | { readonly do: 'refuse'; readonly reason: string; readonly forceable: boolean };

export const decideDrain = ({ drain }: Pick<RegionStanding, 'drain'>, on: boolean): RegionDecision =>
  (drain !== null) === on ? { do: 'same' } : { do: 'change' };

/**
 * Hosts go on running what they run when their region is forgotten, and what it owes is never done then: who insists on that has
 * to. An open deployment would wait for it for ever, and one that comes would be refused: those are ended or changed first.
 */
export function decideRemove(standing: RegionStanding, force: boolean): RegionDecision {
  const { region, drain, liveHosts, obligations, open, namedBy } = standing;
  const refuse = (reason: string, forceable = false): RegionDecision => ({ do: 'refuse', reason, forceable });
  if (drain === null) return refuse(`${region} is not drained: deployments may begin there at any time`);
  if (open.length > 0)
    return refuse(
      `${listed(open)} ${open.length === 1 ? 'goes' : 'go'} to ${region} and ${open.length === 1 ? 'has' : 'have'} not ended`,
    );
  if (namedBy.length > 0)
    return refuse(
      `the current ${namedBy.length === 1 ? 'release' : 'releases'} of ${listed(namedBy)} ${namedBy.length === 1 ? 'goes' : 'go'} to ${region}: take it out of slipway.yaml and merge that`,
    );
  if (force) return { do: 'change' };
  if (liveHosts > 0)
    return refuse(`${counted(liveHosts, 'host')} of ${region} still ${liveHosts === 1 ? 'reports' : 'report'}`, true);
  if (obligations > 0)
    return refuse(`${region} still owes ${counted(obligations, 'step')} of deployments that have ended`, true);
  return { do: 'change' };
}

const mostListed = 5;
const listed = (names: readonly string[]): string => {
  const more = names.length - mostListed;
  return names.slice(0, mostListed).join(', ') + (more > 0 ? ` and ${more} more` : '');
};
