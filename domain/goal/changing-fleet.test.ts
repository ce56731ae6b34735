/** What holds of batches while the fleet changes between any two steps (docs/goal-protocol.md §5). */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostId } from '../names.ts';
import type { Share } from '../spec/service-spec.ts';
import { inBatch } from './batch-order.ts';
import type { AllowedHosts } from './batch-order.ts';
import type { HostStatus } from './host-status.ts';
import { isLive } from './host-status.ts';
import { absentAfterMs, base, finished, kept, newFleet, next, poll, run } from './testing/changing-fleet.ts';
import type { Fleet, FleetCommand, FleetHost, FleetWatcher } from './testing/changing-fleet.ts';

// A hash: nobody stands at the very beginning, where the cut of a batch of canaries is.
const at = fc.stringMatching(/^[1-9a-f][0-9a-f]{2}$/);
const joins = fc.record({
  do: fc.constant('join' as const),
  at,
  runs: fc.constantFrom('base' as const, 'base' as const, 'kept' as const, 'nothing' as const),
});
const share: fc.Arbitrary<Share> = fc.oneof(
  fc.record({ hosts: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
);
const which = fc.nat({ max: 20 });
const commands: fc.Arbitrary<readonly FleetCommand[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: joins },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('batch' as const), share }) },
    { weight: 1, arbitrary: fc.constant({ do: 'hold and resume' as const }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('poll' as const), which }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constantFrom('leave', 'come back', 'fall silent', 'speak', 'move away', 'move in', 'pin', 'unpin'),
        which,
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('maintain', 'end maintenance'), which }) },
  ),
  { maxLength: 40 },
) as fc.Arbitrary<readonly FleetCommand[]>;
const first = fc.uniqueArray(joins, { minLength: 1, maxLength: 12, selector: (one) => one.at });
/** Hosts that the region's records name so when the deployment begins, there or not. */
const canaries = fc.uniqueArray(fc.nat({ max: 12 }), { maxLength: 5 });

const nobody: FleetWatcher = { batch: () => undefined, decided: () => undefined };

function assertAlways(watch: Partial<FleetWatcher>, atTheEnd: (fleet: Fleet) => void = () => undefined): void {
  fc.assert(
    fc.property(first, canaries, commands, (hosts, marked, list) => {
      const named = marked.map((index) => hostId(`h${hosts[index % hosts.length]!.at}`));
      const fleet = newFleet(hosts, new Set(named));
      for (const command of list) run(fleet, command, { ...nobody, ...watch });
      atTheEnd(fleet);
    }),
    { numRuns: 1_000 },
  );
}

const isReady = (one: HostStatus): boolean => isLive(one, absentAfterMs) && !one.pinned && !one.maintenance;
const isAllowed =
  (allowed: AllowedHosts) =>
  (one: HostStatus | FleetHost): boolean =>
    inBatch(allowed, one);
const names = (hosts: readonly HostStatus[]): readonly string[] => hosts.map(({ host }) => host).toSorted();

/** Counted here anew: rounded up, at least one, at most all. */
const planned = (of: Share, hosts: number): number =>
  'hosts' in of ? Math.min(of.hosts, hosts) : Math.ceil((hosts * of.percent) / 100);

test('a batch brings hosts up to its share of those that can take part, and not one more', () => {
  assertAlways({
    batch({ share: of, before, decision, statuses }, { row }) {
      const able = statuses.filter(isReady);
      if (decision.outcome === 'waiting') return expect(able).toEqual([]);
      const earlier = able.filter(isAllowed(before));
      const now = able.filter(isAllowed(row));
      expect(now).toHaveLength(Math.max(planned(of, able.length), earlier.length));
      expect(decision.cumulative).toBe(now.length);
      expect(decision.hosts.toSorted()).toEqual(names(now.filter((one) => !earlier.includes(one))));
    },
  });
});

test('no host is brought while a canary waits that could have been', () => {
  assertAlways({
    batch({ decision, statuses }, { row, canaries: named }) {
      if (decision.outcome === 'waiting' || decision.hosts.every((one) => named.has(one))) return;
      const waiting = statuses.filter(isReady).filter((one) => !isAllowed(row)(one));
      expect(waiting.filter(({ host }) => named.has(host))).toEqual([]);
    },
  });
});

test('who can’t take part is named, once, and why', () => {
  assertAlways({
    batch({ decision, statuses }) {
      if (decision.outcome === 'waiting') return;
      const out = statuses.filter((one) => !isReady(one));
      expect([...decision.absent, ...decision.pinned, ...decision.maintenance].toSorted()).toEqual(names(out));
      expect(decision.absent.toSorted()).toEqual(names(out.filter((one) => !isLive(one, absentAfterMs))));
    },
  });
});

test('no batch takes a permission back, neither from hosts that are there nor from those that are away', () => {
  assertAlways({
    batch({ before }, { row, hosts }) {
      for (const one of hosts.filter(isAllowed(before)))
        expect([one.host, isAllowed(row)(one)]).toEqual([one.host, true]);
    },
  });
});

test('a host goes to the release when its batch is allowed and never before, joined, returned or relabelled', () => {
  assertAlways({
    decided(one, before, decision, { row }) {
      if (one.memory.pin !== null || one.maintenance || decision.do === 'ignore') return;
      const runs = decision.do === 'stop' ? null : decision.release;
      if (isAllowed(row)(one)) return expect(runs).toBe(one.labels['role'] === 'web' ? next : null);
      expect(runs).not.toBe(next);
      // Who joins runs the base until its turn; who runs what a hold left goes on with it.
      expect(runs).toBe(before === kept ? kept : base);
    },
  });
});

test('no host ever goes backwards', () => {
  const rank = [base, kept, next] as readonly (string | null)[];
  assertAlways({
    decided(_one, before, decision) {
      if (decision.do !== 'run' || before === null || !rank.includes(before) || !rank.includes(decision.release))
        return;
      expect(rank.indexOf(decision.release)).toBeGreaterThan(rank.indexOf(before));
    },
  });
});

/** Back at work, whatever was done to it. */
function ready(one: FleetHost): void {
  Object.assign(one, { heard: true, maintenance: false, labels: { role: 'web' } });
  one.memory = { ...one.memory, pin: null };
}

test('every host that is back by the last batch is reached by it, those of the snapshot and those that joined', () => {
  assertAlways({}, (fleet) => {
    fleet.hosts.forEach(ready);
    run(fleet, { do: 'batch', share: { percent: 100 } }, nobody);
    for (const one of fleet.hosts.filter(({ known }) => known)) {
      poll(fleet, one, nobody);
      expect([one.host, one.memory.running]).toEqual([one.host, next]);
    }
  });
});

test('who comes back after the last batch is reached by the finish', () => {
  assertAlways({}, (fleet) => {
    run(fleet, { do: 'batch', share: { percent: 100 } }, nobody);
    finished(fleet);
    for (const one of fleet.hosts.filter(({ known }) => known)) {
      ready(one);
      poll(fleet, one, nobody);
      expect([one.host, one.memory.running]).toEqual([one.host, next]);
    }
  });
});
