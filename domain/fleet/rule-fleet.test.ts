import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deploymentNumber, regionName, serviceName } from '../names.ts';
import { lastToEnd, strictestFirst, type FreezeInEffect, type FreezePolicy, type FreezeScope } from './freeze.ts';
import { ruleFleet, type FleetFacts, type FleetMember } from './rule-fleet.ts';

const minute = (at: number): string => new Date(Date.UTC(2026, 0, 1, 12, at)).toISOString();
const member = (service: string, askedAt: number, over: Partial<FleetMember> = {}): FleetMember => ({
  service: serviceName(service),
  deployment: deploymentNumber(1),
  regions: [regionName('eu-west')],
  askedAt: minute(askedAt),
  isGranted: false,
  hasPass: false,
  ...over,
});
const regions = (...names: string[]) => ({ regions: names.map(regionName) });
const freeze = (policy: FreezePolicy, scope: Partial<FreezeScope> = {}, until: string | null = null) => ({
  freeze: 1,
  kind: 'freeze' as const,
  owner: 'mo',
  reason: 'holidays',
  policy,
  since: minute(0),
  until,
  scope: { services: [], regions: [], ...scope },
});
const facts = (members: readonly FleetMember[], over: Partial<FleetFacts> = {}): FleetFacts => ({
  members,
  freezes: [],
  caps: { overall: null, perRegion: null },
  lastServed: new Map(),
  ...over,
});
const named = (all: FleetFacts) =>
  ruleFleet(all).map(({ service, isGranted, wait, freezes }) => {
    if (isGranted) return `${service} goes${freezes.map(({ policy }) => `, ${policy}`).join('')}`;
    if (wait !== null) return `${service} ${wait.position}/${wait.of} for ${wait.region ?? 'all'}`;
    return `${service} frozen`;
  });

describe('caps', () => {
  test('without any, everybody begins', () => {
    expect(named(facts([member('a', 1), member('b', 2)]))).toEqual(['a goes', 'b goes']);
  });

  test('over all regions: those who come later wait, with their place', () => {
    const all = [member('a', 1, { isGranted: true }), member('b', 2), member('c', 3), member('d', 4)];
    expect(named(facts(all, { caps: { overall: 2, perRegion: null } }))).toEqual([
      'a goes',
      'b goes',
      'c 1/2 for all',
      'd 2/2 for all',
    ]);
  });

  test('in one region: others begin elsewhere, and nobody overtakes a deployment to several', () => {
    const all = [
      member('a', 1, { isGranted: true, ...regions('eu') }),
      member('both', 2, regions('eu', 'us')),
      member('late', 3, regions('us')),
      member('elsewhere', 4, regions('ap')),
    ];
    expect(named(facts(all, { caps: { overall: null, perRegion: 1 } }))).toEqual([
      'a goes',
      'elsewhere goes',
      'both 1/2 for eu',
      'late 2/2 for us',
    ]);
  });

  test('a pass begins at once and counts for those who come later', () => {
    const all = [member('a', 1, { isGranted: true }), member('hot', 2, { hasPass: true }), member('b', 3)];
    expect(named(facts(all, { caps: { overall: 1, perRegion: null } }))).toEqual([
      'a goes',
      'hot goes',
      'b 1/1 for all',
    ]);
  });

  test('services take turns: who was served last comes last, whenever they asked', () => {
    const all = [member('busy', 1), member('quiet', 2), member('new', 3)];
    const lastServed = new Map([
      [serviceName('busy'), minute(0)],
      [serviceName('quiet'), minute(-50)],
    ]);
    expect(named(facts(all, { caps: { overall: 1, perRegion: null }, lastServed }))).toEqual([
      'new goes',
      'quiet 1/2 for all',
      'busy 2/2 for all',
    ]);
  });

  test('of one service the oldest goes first, and no second before the first of another', () => {
    const all = [
      member('a', 2, { deployment: deploymentNumber(8) }),
      member('a', 1, { deployment: deploymentNumber(7) }),
      member('b', 9),
    ];
    const order = ruleFleet(facts(all, { caps: { overall: 0, perRegion: null } }));
    expect(order.map(({ service, deployment }) => `${service}/${deployment}`)).toEqual(['a/7', 'b/1', 'a/8']);
  });
});

describe('freezes', () => {
  test('keep what has not begun, whatever their policy', () => {
    for (const policy of ['finish', 'hold', 'undo'] as const)
      expect(named(facts([member('a', 1)], { freezes: [freeze(policy)] }))).toEqual(['a frozen']);
  });

  test.each([
    ['finish', 'a goes'],
    ['hold', 'a goes, hold'],
    ['undo', 'a goes, undo'],
  ] as const)('with policy %s, what has begun: %s', (policy, said) => {
    expect(named(facts([member('a', 1, { isGranted: true })], { freezes: [freeze(policy)] }))).toEqual([said]);
  });

  test('a pass is kept by none, begun or not', () => {
    const all = [member('a', 1, { isGranted: true, hasPass: true }), member('b', 1, { hasPass: true })];
    expect(named(facts(all, { freezes: [freeze('undo')] }))).toEqual(['a goes', 'b goes']);
  });

  test.each<[string, Partial<FreezeScope>, string]>([
    ['its service', { services: [serviceName('a')] }, 'a frozen'],
    ['another service', { services: [serviceName('b')] }, 'a goes'],
    ['one of its regions', regions('us'), 'a frozen'],
    ['another region', regions('ap'), 'a goes'],
    ['its service, elsewhere', { services: [serviceName('a')], ...regions('ap') }, 'a goes'],
  ])('that are about %s', (_, scope, said) => {
    expect(named(facts([member('a', 1, regions('eu', 'us'))], { freezes: [freeze('hold', scope)] }))).toEqual([said]);
  });

  test('what is frozen takes no place in the queue', () => {
    const all = [member('cold', 1), member('a', 2)];
    const frozen = [freeze('hold', { services: [serviceName('cold')] })];
    expect(named(facts(all, { freezes: frozen, caps: { overall: 1, perRegion: 1 } }))).toEqual([
      'a goes',
      'cold frozen',
    ]);
  });

  test('of several the strictest decides, and the last to end is waited for', () => {
    const [finish, hold, undo] = [freeze('finish'), freeze('hold', {}, minute(9)), freeze('undo', {}, minute(5))];
    expect(strictestFirst([finish, hold, undo]).map(({ policy }) => policy)).toEqual(['undo', 'hold', 'finish']);
    expect(lastToEnd<FreezeInEffect>([hold, undo])).toBe(hold);
    expect(lastToEnd<FreezeInEffect>([hold, finish, undo])).toBe(finish);
  });
});

describe('whatever is asked', () => {
  const places = ['eu', 'us', 'ap'].map(regionName);
  const memberOf = fc.record({
    service: fc.constantFrom('a', 'b', 'c', 'd', 'e').map(serviceName),
    deployment: fc.integer({ min: 1, max: 9 }).map(deploymentNumber),
    regions: fc.subarray(places, { minLength: 1 }),
    askedAt: fc.integer({ min: 0, max: 59 }).map(minute),
    isGranted: fc.boolean(),
    hasPass: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  });
  const cap = fc.option(fc.integer({ min: 1, max: 4 }));
  const anyFacts = fc.record({
    members: fc.uniqueArray(memberOf, {
      selector: ({ service, deployment }) => `${service}/${deployment}`,
      maxLength: 12,
    }),
    freezes: fc.array(
      fc
        .record({
          policy: fc.constantFrom('finish', 'hold', 'undo'),
          services: fc.subarray(['a', 'b'].map(serviceName)),
        })
        .map(({ policy, services }) => freeze(policy as FreezePolicy, { services })),
      { maxLength: 2 },
    ),
    caps: fc.record({ overall: cap, perRegion: cap }),
    lastServed: fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c').map(serviceName), fc.integer({ min: 0, max: 59 }).map(minute)))
      .map((entries) => new Map(entries)),
  });
  const isOf = (one: { service: string; deployment: number }) => (other: { service: string; deployment: number }) =>
    one.service === other.service && one.deployment === other.deployment;

  test('everybody is ruled on once, in an order that does not depend on how they were read', () => {
    fc.assert(
      fc.property(anyFacts, fc.func(fc.integer()), (all, salt) => {
        const rulings = ruleFleet(all);
        expect(all.members.map((each) => rulings.filter(isOf(each)).length)).toEqual(all.members.map(() => 1));
        const mixed = all.members.toSorted((a, b) => salt(a) - salt(b));
        const sorted = (list: typeof rulings) =>
          list.toSorted((a, b) => a.service.localeCompare(b.service) || a.deployment - b.deployment);
        expect(sorted(ruleFleet({ ...all, members: mixed }))).toEqual(sorted(rulings));
      }),
    );
  });

  test('who begins anew passes no cap, and no freeze', () => {
    fc.assert(
      fc.property(anyFacts, (all) => {
        const rulings = ruleFleet(all);
        const begun = all.members.filter(
          (each) => rulings.find(isOf(each))?.isGranted && !each.isGranted && !each.hasPass,
        );
        const holders = all.members.filter((each) => rulings.find(isOf(each))?.isGranted);
        expect(begun.flatMap((each) => rulings.find(isOf(each))?.freezes)).toEqual([]);
        const most = (cap: number | null): number => cap ?? Infinity;
        const inRegions = begun.flatMap((each) =>
          each.regions.map((region) => holders.filter(({ regions: held }) => held.includes(region)).length),
        );
        expect(begun.length > 0 && holders.length > most(all.caps.overall)).toBe(false);
        expect(inRegions.some((count) => count > most(all.caps.perRegion))).toBe(false);
      }),
    );
  });

  test('what holds a slot keeps it, and who waits for none is told why', () => {
    fc.assert(
      fc.property(anyFacts, (all) => {
        const rulings = ruleFleet(all);
        const due = all.members.filter(({ isGranted, hasPass }) => isGranted || hasPass);
        expect(due.every((each) => rulings.find(isOf(each))?.isGranted)).toBe(true);
        const waiting = rulings.filter(({ isGranted }) => !isGranted);
        expect(waiting.every(({ wait, freezes }) => wait !== null || freezes.length > 0)).toBe(true);
      }),
    );
  });

  test('the first in turn begins as soon as nothing is in its way: nobody waits for ever', () => {
    fc.assert(
      fc.property(anyFacts, (all) => {
        // Everybody who holds a slot ends, again and again; all who wait have begun after as many rounds.
        let members = all.members.filter(({ isGranted }) => !isGranted);
        const open = { ...all, freezes: [] };
        for (let rounds = members.length; rounds > 0 && members.length > 0; rounds -= 1) {
          const rulings = ruleFleet({ ...open, members });
          members = members.filter((each) => !rulings.find(isOf(each))?.isGranted);
        }
        expect(members).toEqual([]);
      }),
    );
  });
});
