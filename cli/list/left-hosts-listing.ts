import { clockTime } from '../../domain/progress/plain-text.ts';
import type { LeftHost } from '../../protocol/api/left-hosts.ts';
import type { Listing } from './listing.ts';
import { readPage } from './read-page.ts';

/** By name, all of them: these a person has to look after. */
export const leftHostsListing: Listing<LeftHost> = {
  document: 'list-left-hosts',
  takes: ['service', 'region', 'limit', 'cursor'],
  needs: 'service',
  read: ({ client, interrupted: signal }, { service = '', region, ...flags }) =>
    readPage(flags, (page) =>
      client.call('listLeftHosts', { path: { service }, query: { ...page, region, deployment: undefined }, signal }),
    ),
  heading: ['deployment', 'region', 'host', 'runs', 'why', 'since'],
  cellsOf: leftHostCells,
  none: 'no host is left by an undo',
};

export function leftHostCells({ deployment, region, host, runs, why, since, goneAt }: LeftHost): string[] {
  const until = goneAt === null ? '' : ` until ${clockTime(goneAt)}`;
  return [deployment, region, host, runs ?? 'nothing', why, `${clockTime(since)}${until}`];
}
