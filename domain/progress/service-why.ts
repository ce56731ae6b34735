import type { LaneLock } from '../lane/lane.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import type { HostCounts } from '../summary/host-counts.ts';
import { clockTime, counted, named } from './plain-text.ts';
import { unlockStep, type Why } from './why-facts.ts';

/** Hosts of the service in one region, as the region last said. */
export interface ReportedHosts {
  readonly region: RegionName;
  /** `null` while the region has not reported. */
  readonly hosts: HostCounts | null;
  readonly at: string | null;
  /** Older than the centre trusts. */
  readonly stale: boolean;
}

export interface ServiceFacts {
  readonly service: ServiceName;
  readonly branch: string;
  readonly addedAt: string;
  readonly lock: LaneLock | null;
  readonly currentRelease: ReleaseNumber | null;
  readonly hosts: readonly ReportedHosts[];
  /** Of its newest deployment when that has ended; `null` when it succeeded, moves, or is none. */
  readonly ended: Why | null;
  /** That one still owes something in a region. */
  readonly isOwed: boolean;
  /** A deployment of it has not ended. */
  readonly isMoving: boolean;
}

/** What keeps a service from being settled: first what needs a person; `null` when all is well. */
export function serviceWhy(facts: ServiceFacts): Why | null {
  const { service, lock, ended } = facts;
  if (lock !== null) {
    const cause = `the lane is locked since ${clockTime(lock.since)} by ${lock.owner}: "${lock.reason}"`;
    return { cause, since: lock.since, next: unlockStep(service, `Unlock ${service}.`), needsSomeone: true };
  }
  if (ended?.needsSomeone) return ended;
  return neverRun(facts) ?? silent(facts.hosts) ?? unwell(facts) ?? (facts.isOwed ? ended : null);
}

function neverRun({ currentRelease, isMoving, addedAt, branch }: ServiceFacts): Why | null {
  if (currentRelease !== null || isMoving) return null;
  const next = { text: `Merge into ${branch}.`, command: null, verb: null };
  return { cause: 'it never ran anywhere', since: addedAt, next, needsSomeone: false };
}

/** Unknown is never well. */
function silent(hosts: readonly ReportedHosts[]): Why | null {
  const away = hosts.filter((each) => each.stale || each.hosts === null);
  const [first] = away.map(({ at }) => at ?? '').toSorted();
  if (first === undefined) return null;
  const since = first === '' ? '' : ` since ${clockTime(first)}`;
  const cause = `no report from ${named(away.map(({ region }) => region))}${since}: how hosts there are is not known`;
  const text = 'Hosts keep running what they run; operators look after the region.';
  return { cause, since: first === '' ? epoch : first, next: { text, command: null, verb: null }, needsSomeone: false };
}

/** A region that never reported has been silent for ever. */
const epoch = new Date(0).toISOString();

function unwell({ service, hosts, isMoving }: ServiceFacts): Why | null {
  const bad = hosts.filter((each) => (each.hosts?.unhealthy ?? 0) > 0);
  if (isMoving || bad.length === 0) return null;
  const count = bad.reduce((sum, each) => sum + (each.hosts?.unhealthy ?? 0), 0);
  const is = count === 1 ? 'is' : 'are';
  const cause = `${counted(count, 'host')} ${is} unhealthy in ${named(bad.map(({ region }) => region))}`;
  const [since = epoch] = bad.flatMap(({ at }) => at ?? []).toSorted();
  const next = { text: 'Look after them, or roll back.', command: `slipway status ${service}`, verb: null };
  return { cause, since, next, needsSomeone: false };
}
