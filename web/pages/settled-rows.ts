import type { ServiceHosts, ServiceSummary } from '../client/api.ts';
import { hostsShown } from '../../domain/progress/shown-state.ts';

export interface SettledRow {
  readonly service: ServiceSummary;
  readonly hosts: readonly ServiceHosts[];
  readonly changedAt: string | null;
}

/** What is empty filters nothing. */
export interface Filter {
  readonly find: string;
  readonly owner: string;
  readonly region: string;
  /** The word that is shown for a region's hosts. */
  readonly state: string;
}

/** All words of `find` stand in the service's name, its owners or its repository. */
export function filtered(rows: readonly SettledRow[], { find, owner, region, state }: Filter): SettledRow[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ service, hosts }) => {
    const text = [service.service, service.repository, ...service.owners].join(' ').toLowerCase();
    const shown = region === '' ? hosts : hosts.filter((each) => each.region === region);
    const isThere = region === '' || shown.length > 0;
    const isState = state === '' || shown.some((each) => hostsShown(each).word === state);
    const isTheirs = owner === '' || service.owners.includes(owner);
    return isTheirs && isThere && isState && words.every((word) => text.includes(word));
  });
}

export const ownersOf = (rows: readonly SettledRow[]): string[] =>
  [...new Set(rows.flatMap(({ service }) => service.owners))].toSorted();

/** Regions in which any of the services runs, by name. */
export const regionsOf = (rows: readonly SettledRow[]): string[] =>
  [...new Set(rows.flatMap(({ hosts }) => hosts.map(({ region }) => region)))].toSorted();

/** More don't fit beside each other: they are counted. */
export const mostColumns = 8;
/** Regions that are counted by up to three states take no more than two columns. */
const countedColumns = 2;

/**
 * Rows of services on a page, so that the table has at most some 1,500 elements, and the page 2,000.
 *
 * @param regions in which any of the services runs
 */
export function pageSizeFor(regions: number): number {
  const columns = regions > mostColumns ? countedColumns : regions;
  const inRow = nameElements + columns * cellElements;
  return Math.min(50, Math.max(10, Math.floor(1_500 / inRow)));
}

/** The row, its name with a lock and a cause, and when it changed. */
const nameElements = 9;
/** A release, the five elements of a mark whose shape is of two paths, and an age. */
const cellElements = 8;

/** The newest release that runs there, as far as the region said; `null` when nothing does. */
export function runningRelease({ running }: ServiceHosts): number | null {
  return running.toSorted((a, b) => b.hosts - a.hosts)[0]?.release ?? null;
}
