/** Who may deploy now. The activity that asks this does it over what Postgres holds, one at a time. */
import type { DeploymentNumber, RegionName, ServiceName } from '../names.ts';
import { covers, type FreezeInEffect, type FreezeScope } from './freeze.ts';

/** `null`: as many as there are. */
export interface FleetCaps {
  readonly overall: number | null;
  readonly perRegion: number | null;
}

/** A deployment that has asked for a slot, and has not ended. */
export interface FleetMember {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly regions: readonly RegionName[];
  /** RFC 3339, UTC. */
  readonly askedAt: string;
  /** It holds a slot. */
  readonly isGranted: boolean;
  /** Waits for nothing here: a hotfix, or an emergency that somebody has put on record. */
  readonly hasPass: boolean;
}

/** The cap that a deployment waits for, and its place among those that wait for one. */
export interface CapWait {
  readonly for: 'slot';
  readonly position: number;
  readonly of: number;
  /** The region that is full; `null` when all regions together are. */
  readonly region: RegionName | null;
  readonly most: number;
}

export interface FleetRuling {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  /** It holds a slot, from now on or already. */
  readonly isGranted: boolean;
  /** What it waits for beside freezes; `null` for nothing. */
  readonly wait: CapWait | null;
  /** Those that keep it: from beginning, or, once it has begun, from going on. */
  readonly freezes: readonly FreezeInEffect[];
  /** Those that would keep it, had it no pass. */
  readonly passed: readonly FreezeInEffect[];
}

export interface FleetFacts {
  readonly members: readonly FleetMember[];
  readonly freezes: readonly (FreezeInEffect & { readonly scope: FreezeScope })[];
  readonly caps: FleetCaps;
  /** When a service was given its last slot, RFC 3339; left out for never. */
  readonly lastServed: ReadonlyMap<ServiceName, string>;
}

/** A ruling for each member, those that wait for a cap in the order of their turn. Rulings of before stand. */
export function ruleFleet({ members, freezes, caps, lastServed }: FleetFacts): readonly FleetRuling[] {
  const about = (member: FleetMember): readonly FreezeInEffect[] =>
    freezes.filter(({ scope }) => covers(scope, member)).map(withoutScope);
  const keptBy = (member: FleetMember) => (member.hasPass ? [] : about(member));
  const granted = members.filter(({ isGranted, hasPass }) => isGranted || hasPass);
  const others = members.filter((member) => !granted.includes(member));
  const frozen = others.filter((member) => keptBy(member).length > 0);
  const queue = inTurn(
    others.filter((member) => !frozen.includes(member)),
    lastServed,
  );
  return [
    ...granted.map((member) => {
      // What may finish is kept by nothing.
      const kept = keptBy(member).filter(({ policy }) => policy !== 'finish');
      return ruling(member, { freezes: kept, passed: member.hasPass ? about(member) : [] });
    }),
    ...serve(queue, granted, caps),
    ...frozen.map((member) => ruling(member, { isGranted: false, freezes: keptBy(member) })),
  ];
}

const withoutScope = ({ scope: _scope, ...freeze }: FleetFacts['freezes'][number]): FreezeInEffect => freeze;

const ruling = (
  { service, deployment }: FleetMember,
  { isGranted = true, wait = null, freezes = [], passed = [] }: Partial<FleetRuling>,
): FleetRuling => ({ service, deployment, isGranted, wait, freezes, passed });

/**
 * One of each service before the second of any, those services first that have waited longest since their last; of one
 * service in the order in which they asked.
 */
function inTurn(waiting: readonly FleetMember[], lastServed: FleetFacts['lastServed']): readonly FleetMember[] {
  const oldestFirst = waiting.toSorted((a, b) => compare(a.askedAt, b.askedAt) || a.deployment - b.deployment);
  const round = (member: FleetMember): number =>
    oldestFirst.filter(({ service }) => service === member.service).indexOf(member);
  const served = ({ service }: FleetMember): string => lastServed.get(service) ?? '';
  return oldestFirst.toSorted(
    (a, b) =>
      round(a) - round(b) ||
      compare(served(a), served(b)) ||
      compare(a.askedAt, b.askedAt) ||
      compare(a.service, b.service),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Nobody is overtaken in a region: who can't begin keeps its place in all of its regions, or a deployment to many would
 * wait for ever. In other regions those behind it may begin.
 */
function serve(
  queue: readonly FleetMember[],
  granted: readonly FleetMember[],
  { overall, perRegion }: FleetCaps,
): readonly FleetRuling[] {
  const holders = [...granted];
  const waiting: { readonly member: FleetMember; readonly region: RegionName | null }[] = [];
  const isFull = (region: RegionName): boolean => perRegion !== null && inRegion(holders, region) >= perRegion;
  const isAwaited = (region: RegionName): boolean => waiting.some(({ member }) => member.regions.includes(region));
  for (const member of queue) {
    const region = member.regions.find((each) => isFull(each) || (perRegion !== null && isAwaited(each))) ?? null;
    if (region === null && (overall === null || holders.length < overall)) holders.push(member);
    else waiting.push({ member, region });
  }
  const begun = holders.slice(granted.length).map((member) => ruling(member, {}));
  return [
    ...begun,
    ...waiting.map(({ member, region }, index) => {
      const most = (region === null ? overall : perRegion) ?? 0;
      const wait: CapWait = { for: 'slot', position: index + 1, of: waiting.length, region, most };
      return ruling(member, { isGranted: false, wait });
    }),
  ];
}

const inRegion = (members: readonly FleetMember[], region: RegionName): number =>
  members.filter(({ regions }) => regions.includes(region)).length;
