import type { RegionName } from '../names.ts';

/** What keeps a deployment where it is, until a person says otherwise by a token. Times are RFC 3339, UTC. */
export interface TokenWaits {
  readonly pausedSince: string | null;
  /** In regions that a person has to decide about. */
  readonly held: readonly { readonly region: RegionName; readonly since: string }[];
  /** Metrics could not be judged. */
  readonly undecidedSince: string | null;
  /** All is undone but what would lose data. */
  readonly losingSince: string | null;
  readonly undoing: 'regions' | 'hooks' | null;
}

/** Names of regions are many, and their times tell one hold from the next. */
const maxLength = 500;

/**
 * What a `resume` or an `end-undo` says yes to, as its token is bound to it: one that was got for a pause overturns no
 * verdict that came since, nor lets anything run that loses data. `null` when nothing waits for that verb.
 */
export function tokenWait(verb: 'resume' | 'end-undo', waits: TokenWaits): string | null {
  const { losingSince, undoing } = waits;
  if (losingSince !== null) return `loss of data since ${losingSince}`;
  if (verb === 'end-undo') return undoing === null ? null : `undo of ${undoing}`;
  const all = [...pauseAndMetrics(waits), ...holds(waits)];
  return all.length === 0 ? null : all.join('; ').slice(0, maxLength);
}

const pauseAndMetrics = ({ pausedSince, undecidedSince }: TokenWaits): readonly string[] => [
  ...(pausedSince === null ? [] : [`pause since ${pausedSince}`]),
  ...(undecidedSince === null ? [] : [`metrics undecided since ${undecidedSince}`]),
];

function holds({ held }: TokenWaits): readonly string[] {
  const newestFirst = held.toSorted((a, b) => b.since.localeCompare(a.since) || a.region.localeCompare(b.region));
  return newestFirst.length === 0
    ? []
    : [`hold in ${newestFirst.map(({ region, since }) => `${region} since ${since}`).join(', ')}`];
}
