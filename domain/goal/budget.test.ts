import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deploymentNumber } from '../names.ts';
import type { HostId } from '../names.ts';
import type { Budget, Share } from '../spec/service-spec.ts';
import { fixBatch } from './batch.ts';
import type { AllowedHosts } from './batch-order.ts';
import type { HostStatus } from './host-status.ts';
import { failuresAllowed, judgeBatch } from './judge.ts';
import type { BatchView } from './judge.ts';
import type { Verdict } from './region-view.ts';
import { attempt, digestOfRelease, generation, host, release } from './testing/given.ts';

const absentAfterMs = 5_000;
const batchTimeoutMs = 60_000;

/** What becomes of a host that is told to switch. */
type Fate = 'healthy' | 'fails' | 'falls silent' | 'hangs';

const switchedTo: Readonly<Record<Fate, Partial<HostStatus>>> = {
  healthy: { running: digestOfRelease('b'), generation: generation(5) },
  fails: { refused: [{ deployment: deploymentNumber(2), digest: digestOfRelease('b'), reason: 'crashed' }] },
  'falls silent': { reportAgeMs: absentAfterMs },
  hangs: { health: 'starting' },
};

const fleets = fc.uniqueArray(
  fc.record({
    at: fc.stringMatching(/^[0-9a-f]{4}$/),
    fate: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Fate>('healthy') },
      { weight: 1, arbitrary: fc.constantFrom<Fate>('fails', 'falls silent', 'hangs') },
    ),
  }),
  { minLength: 1, maxLength: 60, selector: ({ at }) => at },
);
const plans = fc.constantFrom<readonly Share[]>(
  [{ hosts: 1 }, { percent: 100 }],
  [{ hosts: 1 }, { percent: 10 }, { percent: 50 }, { percent: 100 }],
  [{ percent: 20 }, { percent: 40 }, { percent: 60 }, { percent: 80 }, { percent: 100 }],
);
const budgets = fc.record({ failedPercent: fc.integer({ min: 0, max: 30 }), cap: fc.integer({ min: 0, max: 10 }) });

interface JudgedBatch {
  readonly hosts: number;
  readonly verdict: Verdict;
}

/** The batches of one region, up to the first that doesn't advance. */
function rollOut(fleet: Fleet, batches: readonly Share[], budget: Budget): readonly JudgedBatch[] {
  const hosts = new Map(fleet.map(({ at }) => [`h${at}`, host(`h${at}`, at)]));
  const judged: JudgedBatch[] = [];
  let allowed: AllowedHosts = { cut: null, canaries: [] };
  let ordered: readonly HostId[] = [];
  for (const [index, share] of batches.entries()) {
    const fixed = fixBatch([...hosts.values()], { share, ...allowed, absentAfterMs });
    if (fixed.outcome === 'waiting') break;
    allowed = { cut: fixed.cut, canaries: [] };
    ordered = [...ordered, ...fixed.hosts];
    const batch = { ...allowed, ordered, budget, batch: index + 1, batchHosts: fixed.hosts };
    judged.push({ hosts: fixed.hosts.length, verdict: reportInTurn(fleet, hosts, batch) });
    if (judged.at(-1)?.verdict.verdict !== 'advance') break;
  }
  return judged;
}

type Fleet = readonly { readonly at: string; readonly fate: Fate }[];
type BatchOf = Pick<BatchView, 'cut' | 'canaries' | 'ordered' | 'budget' | 'batch' | 'batchHosts'>;

/** Hosts report one after the other, in the fleet's order, until the judge has decided or the time is up. */
function reportInTurn(fleet: Fleet, hosts: Map<string, HostStatus>, batch: BatchOf): Verdict {
  const judge = (elapsedMs: number): Verdict =>
    judgeBatch({ ...view, ...batch, hosts: [...hosts.values()], elapsedMs });
  for (const { at, fate } of fleet) {
    const one = hosts.get(`h${at}`)!;
    if (!batch.batchHosts.includes(one.host)) continue;
    const verdict = judge(0);
    if (verdict.verdict !== 'wait') return verdict;
    hosts.set(one.host, { ...one, ...switchedTo[fate] });
  }
  const verdict = judge(0);
  return verdict.verdict === 'wait' ? judge(batchTimeoutMs) : verdict;
}

const view = {
  attempt: attempt(2),
  next: release('b'),
  runsBefore: false,
  absentAfterMs,
  batchTimeoutMs,
  otherServices: { healthy: 9, unhealthy: 0 },
  listeningMs: Number.POSITIVE_INFINITY,
};

const failures = ({ counts }: Verdict): number => counts.failed + counts.lost;

test('promise 8: no batch begins over budget, so the share of failed hosts never passes it by more than the batch in flight', () => {
  fc.assert(
    fc.property(fleets, plans, budgets, (fleet, batches, budget) => {
      const judged = rollOut(fleet, batches, budget);
      const allowed = judged.map(({ verdict }, index) =>
        index === 0 ? 0 : failuresAllowed(budget, verdict.counts.switched),
      );
      for (const [index, { hosts, verdict }] of judged.entries()) {
        expect(failures(verdict)).toBeLessThanOrEqual((allowed[index - 1] ?? 0) + hosts);
      }
      for (const [index, { verdict }] of judged.slice(0, -1).entries()) {
        expect(failures(verdict)).toBeLessThanOrEqual(allowed[index]!);
        expect(verdict.counts).toMatchObject({ pending: 0 });
      }
    }),
    { numRuns: 500 },
  );
});

test('a region whose hosts are all well goes through all its batches', () => {
  fc.assert(
    fc.property(fleets, plans, budgets, (fleet, batches, budget) => {
      const well = fleet.map(({ at }) => ({ at, fate: 'healthy' as const }));
      const judged = rollOut(well, batches, budget);
      expect(judged.map(({ verdict }) => verdict.verdict)).toEqual(batches.map(() => 'advance'));
      expect(judged.at(-1)?.verdict.counts.healthy).toBe(fleet.length);
    }),
  );
});
