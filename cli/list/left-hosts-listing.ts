import { clockTime } from '../../domain/progress/plain-text.ts';
import type { LeftHost, OwingRegion } from '../../protocol/api/left-hosts.ts';
import type { Listing } from './listing.ts';
import { readPage } from './read-page.ts';

/** By name, all of them: these a person has to look after. */
export const leftHostsListing: Listing<LeftHost> = {
  document: 'list-left-hosts',
  takes: ['service', 'region', 'limit', 'cursor'],
  needs: 'service',
  async read({ client, interrupted: signal }, { service = '', region, ...flags }) {
    let owing: readonly OwingRegion[] = [];
    const listed = await readPage(flags, async (page) => {
      const query = { ...page, region, deployment: undefined };
      const answer = await client.call('listLeftHosts', { path: { service }, query, signal });
      owing = answer.owing ?? []; // an api of before tells none
      return answer;
    });
    return { ...listed, notes: owing.map(owingText), beside: { owing } };
  },
  heading: ['deployment', 'region', 'host', 'runs', 'why', 'since'],
  cellsOf: leftHostCells,
  none: 'no host is left by an undo',
};

const owingText = ({ deployment, region, since }: OwingRegion): string =>
  `${region} owes the undo of ${deployment} since ${clockTime(since)}: what its hosts run is not known`;

export function leftHostCells({ deployment, region, host, runs, why, since, goneAt }: LeftHost): string[] {
  const until = goneAt === null ? '' : ` until ${clockTime(goneAt)}`;
  return [deployment, region, host, runs ?? 'nothing', why, `${clockTime(since)}${until}`];
}
