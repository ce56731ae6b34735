import { driftText, unnamedText } from '../../domain/progress/drift-text.ts';
import { clockTime, digits, lasted } from '../../domain/progress/plain-text.ts';
import { hostCountsSchema, type HostCounts, type Region, type ServiceHosts } from '../../protocol/api/region.ts';
import type { Lane } from '../../protocol/api/lane.ts';
import { everyPage } from '../every-page.ts';
import { hostsMark, reportsMark } from '../status-text.ts';
import { UsageError } from '../usage-error.ts';
import type { Listing, ListFlags } from './listing.ts';

export const regionsListing: Listing<Region> = {
  document: 'list-regions',
  takes: [],
  async read({ client, interrupted: signal }) {
    return { items: (await client.call('listRegions', { signal })).items, cursor: null };
  },
  heading: ['region', 'reports', 'last report', 'services', 'instances', 'takes new releases'],
  cellsOf: ({ region, stale, lastSummaryAt, services, drain }, now) => [
    region,
    reportsMark({ stale, services }),
    lastSummaryAt === null ? 'never' : `${lasted(now.getTime() - Date.parse(lastSummaryAt))} ago`,
    digits(services.length),
    digits(services.reduce((sum, { hosts }) => sum + (hosts?.total ?? 0), 0)),
    drain === undefined ? 'yes' : `no, drained by ${drain.by}: ${drain.reason}`,
  ],
  none: 'no region yet',
};

type HostState = Exclude<keyof HostCounts, 'total'>;
const hostStates = Object.keys(hostCountsSchema.shape).filter((name) => name !== 'total') as HostState[];

/** Counts: what the centre knows of hosts. Their names are known in their region. */
export const hostsListing: Listing<ServiceHosts> = {
  document: 'list-hosts',
  takes: ['service', 'region', 'state'],
  async read({ client, interrupted: signal }, flags) {
    const state = stateOf(flags);
    const { items } = await client.call('listRegions', { signal });
    const all = items.flatMap(({ services }) => services);
    const wanted = all.filter((each) => isWanted(each, flags, state));
    return { items: wanted, cursor: null, notes: wanted.flatMap(driftNotes) };
  },
  heading: ['service', 'region', 'state', 'total', ...hostStates, 'runs', 'age'],
  cellsOf: ({ service, region, hosts, stale, running, at }, now) => [
    service,
    region,
    hostsMark({ hosts, stale }),
    ...(['total', ...hostStates] as const).map((state) => (hosts === null ? '?' : digits(hosts[state]))),
    running.map(({ release, hosts: count }) => `@${release} ${digits(count)}`).join(', ') || '@?',
    at === null ? 'never' : lasted(now.getTime() - Date.parse(at)),
  ],
  none: 'no host runs that',
};

/** Which hosts' trees were changed, and what comes of it. */
function driftNotes({ service, drifted }: ServiceHosts): string[] {
  if (drifted === undefined) return [];
  const unnamed = unnamedText(service, drifted);
  return [...drifted.named.map((each) => driftText(service, each)), ...(unnamed === null ? [] : [unnamed])];
}

function isWanted({ service, region, hosts }: ServiceHosts, wanted: ListFlags, state: HostState | undefined): boolean {
  return (
    (wanted.service === undefined || wanted.service === service) &&
    (wanted.region === undefined || wanted.region === region) &&
    (state === undefined || (hosts !== null && hosts[state] > 0))
  );
}

function stateOf({ state }: ListFlags): HostState | undefined {
  const found = hostStates.find((each) => each === state);
  if (state !== undefined && found === undefined)
    throw new UsageError(`--state of hosts is one of ${hostStates.join(', ')}`);
  return found;
}

export interface ListedLock extends NonNullable<Lane['lock']> {
  readonly service: Lane['service'];
}

export const locksListing: Listing<ListedLock> = {
  document: 'list-locks',
  takes: [],
  async read({ client, interrupted: signal }) {
    const services = await everyPage((query) => client.call('listServices', { query, signal }));
    const items = services.flatMap(({ service, lane: { lock } }) => (lock === null ? [] : [{ service, ...lock }]));
    return { items, cursor: null };
  },
  heading: ['service', 'owner', 'since', 'age', 'until', 'reason'],
  cellsOf: ({ service, owner, since, until, reason }, now) => [
    service,
    owner,
    clockTime(since),
    lasted(now.getTime() - Date.parse(since)),
    until === undefined ? 'unlocked' : clockTime(until),
    reason,
  ],
  none: 'nothing is held',
};
