import type { LaneLock } from '../lane/lane.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import type { HostCounts } from '../summary/host-counts.ts';
import { lockSinceText } from './lock-text.ts';
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
  /** Of its newest deployment that wasn't taken back, when that has ended; `null` when it succeeded, moves, or is none. */
  readonly ended: Why | null;
  /** That one still owes something in a region. */
  readonly isOwed: boolean;
  /** A deployment of it has not ended. */
  readonly isMoving: boolean;
}

/** What keeps a service from being settled: first what needs a person; `null` when all is well. */
export function serviceWhy(facts: ServiceFacts): Why | null {
  const { service, lock, ended, isOwed } = facts;
  // The lock of an undo says less than where it is not undone yet.
  if (ended?.needsSomeone && isOwed) return ended;
  if (lock !== null) {
    const cause = `the lane is ${lockSinceText(lock)}`;
    return { cause, since: lock.since, next: unlockStep(service, `Unlock ${service}.`), needsSomeone: true };
  }
  if (ended?.needsSomeone) return ended;
  return neverRun(facts) ?? silent(facts) ?? unwell(facts) ?? (isOwed ? ended : null);
}

function neverRun({ currentRelease, isMoving, addedAt, branch }: ServiceFacts): Why | null {
  if (currentRelease !== null || isMoving) return null;
  const next = { text: `Merge into ${branch}.`, command: null, verb: null };
  return { cause: 'it never ran anywhere', since: addedAt, next, needsSomeone: false };
}

/** Unknown is never well. */
function silent({ hosts, addedAt }: ServiceFacts): Why | null {
  const away = hosts.filter((each) => each.stale || each.hosts === null);
  const names = (regions: readonly ReportedHosts[]): string => named(regions.map(({ region }) => region));
  const never = away.filter(({ at }) => at === null);
  const heard = away.filter(({ at }) => at !== null);
  const [first] = heard.flatMap(({ at }) => at ?? []).toSorted();
  const causes = [
    ...(first === undefined ? [] : [`no report from ${names(heard)} since ${clockTime(first)}`]),
    ...(never.length === 0 ? [] : [`${names(never)} never reported`]),
  ];
  if (causes.length === 0) return null;
  const text = 'Hosts keep running what they run; operators look after the region.';
  return {
    cause: `${causes.join('; ')}: how hosts there are is not known`,
    // What never reported has been silent since the service was there to report of.
    since: first ?? addedAt,
    next: { text, command: null, verb: null },
    needsSomeone: false,
  };
}

function unwell({ service, hosts, isMoving, addedAt }: ServiceFacts): Why | null {
  const bad = hosts.filter((each) => (each.hosts?.unhealthy ?? 0) > 0);
  if (isMoving || bad.length === 0) return null;
  const count = bad.reduce((sum, each) => sum + (each.hosts?.unhealthy ?? 0), 0);
  const is = count === 1 ? 'is' : 'are';
  const cause = `${counted(count, 'host')} ${is} unhealthy in ${named(bad.map(({ region }) => region))}`;
  const [since = addedAt] = bad.flatMap(({ at }) => at ?? []).toSorted();
  const next = { text: 'Look after them, or roll back.', command: `slipway status ${service}`, verb: null };
  return { cause, since, next, needsSomeone: false };
}
