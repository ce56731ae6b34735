/** Hosts that are about to switch, in words: as many as their regions have reported, and no number where none has. */
import type { RegionName, ReleaseNumber } from '../../../domain/names.ts';
import { counted, named } from '../../../domain/progress/plain-text.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import { change, inRegions } from './dialog-words.ts';

export interface HostsThere {
  readonly count: number;
  readonly regions: readonly RegionName[];
  /** Those of the regions that have not said how many hosts they have. */
  readonly unknown: readonly RegionName[];
}

/** @param reported of the service, as the plan counts too */
export function hostsIn(regions: readonly RegionName[], reported: readonly ServiceHosts[]): HostsThere {
  const totals = new Map(reported.map(({ region, hosts }) => [region, hosts?.total]));
  return {
    count: regions.reduce((sum, region) => sum + (totals.get(region) ?? 0), 0),
    regions,
    unknown: regions.filter((region) => totals.get(region) === undefined),
  };
}

export interface Switch {
  /** `null` before the first release. */
  readonly from: ReleaseNumber | null;
  readonly to: ReleaseNumber;
  /** Behind the regions: `, 2 stages`. */
  readonly also?: string;
}

/** `2,480 hosts go @411 → @412 in 1 region (us-east)`; of a first release `First release: 2,480 hosts get @1 in …`. */
export function switchText(hosts: HostsThere, { from, to, also = '' }: Switch): string {
  const where = `in ${inRegions(hosts.regions)}${also}${notKnown(hosts)}`;
  return from === null
    ? `First release: ${howMany(hosts)} ${isOne(hosts) ? 'gets' : 'get'} @${to} ${where}`
    : `${capital(howMany(hosts))} ${isOne(hosts) ? 'goes' : 'go'} ${change(from, to)} ${where}`;
}

/** `2,480 hosts go back @412 → @411 in 1 region (us-east)` */
export const backText = (hosts: HostsThere, from: ReleaseNumber | null, to: ReleaseNumber | null): string =>
  `${capital(howMany(hosts))} ${isOne(hosts) ? 'goes' : 'go'} back ${change(from, to)} in ${inRegions(hosts.regions)}${notKnown(hosts)}`;

/** `1 host goes back` */
export const hostsGoBack = (count: number): string => `${counted(count, 'host')} ${count === 1 ? 'goes' : 'go'} back`;

const isOne = (hosts: HostsThere): boolean => isSaid(hosts) && hosts.count === 1;

const howMany = (hosts: HostsThere): string => (isSaid(hosts) ? counted(hosts.count, 'host') : 'all hosts');

/** `; how many in ap-south is not known yet` */
function notKnown(hosts: HostsThere): string {
  const { unknown } = hosts;
  if (unknown.length === 0) return '';
  return isSaid(hosts) ? `; how many in ${named(unknown)} is not known yet` : '; how many is not known yet';
}

/** By at least one of the regions. */
const isSaid = ({ regions, unknown }: HostsThere): boolean => unknown.length === 0 || unknown.length < regions.length;

/** For a button: `2,480 hosts`, or `hosts in 2 regions` where not all are known. */
export const hostsOnButton = ({ count, regions, unknown }: HostsThere): string =>
  unknown.length === 0 ? counted(count, 'host') : `hosts in ${counted(regions.length, 'region')}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
