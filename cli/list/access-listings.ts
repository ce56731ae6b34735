import { brokenGlassText } from '../../domain/progress/broken-glass-text.ts';
import { clockTime } from '../../domain/progress/plain-text.ts';
import type { ReviewList } from '../../protocol/api/access.ts';
import type { Listing } from './listing.ts';

/** One right of one holder. */
export interface ListedGrant {
  readonly holder: string;
  /** `release-owner`, `owner`, `member`. */
  readonly right: string;
  /** A service, `all services`, a team. */
  readonly of: string;
  /** Who granted it; `null` where that is not known, or it came with a token. */
  readonly by: string | null;
}

export const grantsListing: Listing<ListedGrant> = {
  document: 'list-grants',
  takes: ['service'],
  async read({ client, interrupted: signal }, { service }) {
    const { roles, teams, owners } = await client.call('listGrants', { signal });
    const all: readonly (ListedGrant & { readonly service: string | null })[] = [
      ...roles.map(({ holder, role, service: in_, by }) => ({
        holder,
        right: role,
        of: in_ ?? 'all services',
        by,
        service: in_,
      })),
      ...owners.flatMap(({ service: name, owners: holders }) =>
        holders.map((holder) => ({ holder, right: 'owner', of: name, by: null, service: name })),
      ),
      ...teams.flatMap(({ team, members }) =>
        members.map((holder) => ({ holder, right: 'member', of: `team ${team}`, by: null, service: null })),
      ),
    ];
    const wanted = all.filter((each) => service === undefined || each.service === null || each.service === service);
    return { items: wanted.map(({ holder, right, of, by }) => ({ holder, right, of, by })), cursor: null };
  },
  heading: ['who', 'right', 'of', 'granted by'],
  cellsOf: ({ holder, right, of, by }) => [holder, right, of, by ?? ''],
  none: 'nobody may do anything but read',
};

export const reviewsListing: Listing<ReviewList['reviews'][number]> = {
  document: 'list-reviews',
  takes: [],
  async read({ client, interrupted: signal }) {
    return { items: (await client.call('listReviews', { signal })).reviews, cursor: null };
  },
  heading: ['deployment', 'since', 'what'],
  cellsOf: (glass) => [
    glass.deployment,
    glass.broken[0] === undefined ? '' : clockTime(glass.broken[0].at),
    brokenGlassText(glass),
  ],
  none: 'nothing waits for a review',
};
