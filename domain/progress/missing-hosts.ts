import type { HostId } from '../names.ts';
import { counted, digits } from './plain-text.ts';

/** Why a host of the service doesn't run a release that succeeded (docs/design.md §8, promise 13). */
export const missingBecause = ['absent', 'pinned', 'maintenance', 'failed', 'lost'] as const;

/** `count` is exact; `hosts` are its first, by name. */
export interface NamedHosts {
  readonly count: number;
  readonly hosts: readonly HostId[];
}

/** Only what there is: no list is empty. */
export type MissingHosts = Readonly<Partial<Record<(typeof missingBecause)[number], NamedHosts>>>;

/** Told with each change of a region, and at the end for all regions at once: a history must not grow with the hosts. */
const mostNamed = 10;

/** What is known after `heard`: its lists take the place of older ones of the same kind. */
export function knownMissing(before: MissingHosts, heard: MissingHosts): MissingHosts {
  const lists = Object.entries({ ...before, ...heard }).filter(([, { count }]) => count > 0);
  return Object.fromEntries(lists.map(([why, { count, hosts }]) => [why, { count, hosts: hosts.slice(0, mostNamed) }]));
}

/** `; without 2 hosts absent (a, b), 1 host lost (c)`; nothing when none is missing. */
export function withoutText(regions: readonly { readonly missing?: MissingHosts | undefined }[]): string {
  const parts = missingBecause.flatMap((why) => {
    const lists = regions.flatMap(({ missing }) => missing?.[why] ?? []);
    const count = lists.reduce((sum, list) => sum + list.count, 0);
    return count === 0 ? [] : [`${counted(count, 'host')} ${words[why]} (${firstOf(lists, count)})`];
  });
  return parts.length === 0 ? '' : `; without ${parts.join(', ')}`;
}

const mostSaid = 5;
const words = { absent: 'absent', pinned: 'pinned', maintenance: 'in maintenance', failed: 'failed', lost: 'lost' };

function firstOf(lists: readonly NamedHosts[], count: number): string {
  const hosts = lists.flatMap((list) => list.hosts).slice(0, mostSaid);
  return count > hosts.length ? `${hosts.join(', ')} and ${digits(count - hosts.length)} more` : hosts.join(', ');
}
