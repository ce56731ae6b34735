import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fixBatch, type BatchInput } from '../goal/batch.ts';
import { decideHost, decideRevert } from '../goal/host-rule.ts';
import type { HostStatus } from '../goal/host-status.ts';
import { judgeBatch, type BatchView } from '../goal/judge.ts';
import { attempt, digestOfRelease, host, memory, position, release, rolling, verified } from '../goal/testing/given.ts';
import { startHealth, observe } from '../host/health.ts';
import { apply } from '../host/apply.ts';
import { crashLoopExits, crashLoopWindowMs, isCrashLoop } from '../host/restarts.ts';
import { goalOf, hostOn, releases } from '../host/simulated-goals.ts';
import { deploymentNumber, hostId } from '../names.ts';
import { judgedHosts, judgeRules, type JudgedHosts, type JudgeNumbers } from './judge-rules.ts';

const numbers: JudgeNumbers = {
  health: { unhealthyAfter: 2 },
  rollout: { absentAfterMs: 180_000, batchTimeoutMs: 600_000, budget: { failedPercent: 5, cap: 50 } },
};
const ruleOf = (hosts: JudgedHosts, of: JudgeNumbers = numbers): string =>
  judgeRules(of).find((each) => each.hosts === hosts)!.rule;

const b = digestOfRelease('b');
const refused = [{ deployment: deploymentNumber(2), digest: b, reason: '/healthz answered 500' }];
const { absentAfterMs, batchTimeoutMs } = numbers.rollout;
const strict = { failedPercent: 0, cap: 50 };

/** Batch 2 of a region: `one` and three others, healthy on the release, were told to switch. */
function judged(one: HostStatus, change: Partial<BatchView> = {}) {
  const others = ['1', '2', '3'].map((at) => host(`h${at}`, at, { running: b }));
  return judgeBatch({
    attempt: attempt(2),
    next: release('b'),
    runsBefore: false,
    hosts: [...others, one],
    cut: position('4'),
    canaries: [],
    ordered: ['h1', 'h2', 'h3', 'h4'].map(hostId),
    batch: 2,
    batchHosts: ['h3', 'h4'].map(hostId),
    budget: strict,
    absentAfterMs,
    batchTimeoutMs,
    elapsedMs: 1_000,
    listeningMs: Number.POSITIVE_INFINITY,
    otherServices: { healthy: 9, unhealthy: 0 },
    ...change,
  });
}
const fourth = (change: Partial<HostStatus>): HostStatus => host('h4', '4', change);

const batchInput: BatchInput = { share: { percent: 100 }, cut: null, canaries: [], absentAfterMs };
const nextBatch = (...hosts: readonly HostStatus[]) => fixBatch(hosts, batchInput);
const well = host('h1', '1');

test('there is a rule for each of them, in one order', () => {
  expect(judgeRules(numbers).map(({ hosts }) => hosts)).toEqual(judgedHosts);
});

describe('flapping', () => {
  const [a, next] = releases;
  const flapped = () => {
    const one = hostOn();
    one.see(goalOf({ deployment: 2, generation: 2, base: a, next }));
    one.run();
    return one;
  };

  test('the sentence', () => {
    expect(ruleOf('flapping')).toBe(
      'goes back by itself when 2 checks in a row fail after it was healthy, or it ends 3 times in 1 min; ' +
        'counts as failed until the deployment ends, well again or not; ' +
        'where the release is what ran before, it stays and counts as failed while it is unhealthy',
    );
    expect(ruleOf('flapping', { ...numbers, health: { unhealthyAfter: 1 } })).toContain('when a check fails after');
  });

  test('so many failing checks in a row make it go back by itself, and fewer do not', () => {
    const one = flapped();
    const { instance } = one.state.services.get(one.service)!;
    const fail = (state: typeof one.state, atMs: number) =>
      apply(state, {
        type: 'healthObserved',
        service: one.service,
        instance: instance!.id,
        result: { outcome: 'failure', reason: 'answered 500' },
        atMs,
      });
    const first = fail(one.state, 2_000_000);
    expect(first.effects).toEqual([]);
    const second = fail(first.state, 2_000_010);
    expect(second.effects).toMatchObject([{ do: 'switch', kind: 'revert', to: a, refusal: { digest: next } }]);
  });

  test('as many as the spec says, whatever that is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (unhealthyAfter) => {
        const config = { http: '/', startPeriodMs: 1, intervalMs: 1, timeoutMs: 1, healthyAfter: 1, unhealthyAfter };
        let health = observe(startHealth(0), config, { outcome: 'success' }, 1);
        for (let failures = 1; failures <= unhealthyAfter; failures++) {
          health = observe(health, config, { outcome: 'failure', reason: 'x' }, 1 + failures);
          expect(health.phase).toBe(failures < unhealthyAfter ? 'healthy' : 'unhealthy');
        }
        expect(ruleOf('flapping', { ...numbers, health: { unhealthyAfter } })).toContain(
          unhealthyAfter === 1 ? 'a check fails' : `${unhealthyAfter} checks in a row fail`,
        );
      }),
    );
  });

  test('so many ends in that time are a crash loop, and as many over a longer time are not', () => {
    const ends = (everyMs: number) => Array.from({ length: crashLoopExits }, (_, at) => at * everyMs);
    const quick = ends(crashLoopWindowMs / crashLoopExits);
    expect(isCrashLoop(quick, quick.at(-1)!)).toBe(true);
    expect(isCrashLoop(quick.slice(1), quick.at(-1)!)).toBe(false);
    const slow = ends(crashLoopWindowMs);
    expect(isCrashLoop(slow, slow.at(-1)!)).toBe(false);
  });

  test('whoever went back counts as failed for the rest of the deployment, however well it is', () => {
    expect(judged(fourth({ refused, health: 'healthy' }))).toMatchObject({ verdict: 'stop', failed: ['h4'] });
    expect(judged(fourth({ refused, health: 'healthy', running: b }))).toMatchObject({ failed: ['h4'] });
    const earlier = [{ ...refused[0]!, deployment: deploymentNumber(1) }];
    expect(judged(fourth({ refused: earlier, running: b }))).toMatchObject({ verdict: 'advance', failed: [] });
  });
});

test('flapping where the release is what ran before: it stays, and counts as failed while it is unhealthy', () => {
  const redeploy = verified({ ...rolling(), base: release('b'), next: release('b') });
  const before = memory({ running: b, onDisk: [b] });
  expect(decideRevert(redeploy, before, b, b)).toMatchObject({ do: 'stay', release: b });
  expect(judged(fourth({ running: b, health: 'unhealthy' }))).toMatchObject({ verdict: 'stop', failed: ['h4'] });
  expect(judged(fourth({ running: b, health: 'healthy' }))).toMatchObject({ verdict: 'advance', failed: [] });
});

describe('already unhealthy', () => {
  test('the sentence', () => {
    expect(ruleOf('already unhealthy')).toBe(
      'switches in its turn like any other and counts as failed unless the release makes it healthy; ' +
        'while more than 5 % of what does not run the release is unhealthy, a person decides about too many failures, unless all that went back are well',
    );
  });

  test('it is in its batch, and switches', () => {
    expect(nextBatch(well, host('h2', '2', { health: 'unhealthy' }))).toMatchObject({ hosts: ['h1', 'h2'] });
    expect(decideHost(verified(rolling()), memory())).toMatchObject({ do: 'run', release: b });
  });

  test('it counts as failed unless the release makes it healthy', () => {
    expect(judged(fourth({ health: 'unhealthy' })).verdict).toBe('wait');
    expect(judged(fourth({ health: 'healthy', running: b })).verdict).toBe('advance');
    expect(judged(fourth({ health: 'unhealthy', running: b }))).toMatchObject({ verdict: 'stop', failed: ['h4'] });
  });

  test.each([
    [5, 100, 5, 'stop'],
    [5, 100, 6, 'hold'],
    [10, 100, 10, 'stop'],
    [10, 100, 11, 'hold'],
  ] as const)('of %d %% and %d others, %d unhealthy: %s', (failedPercent, others, unhealthy, verdict) => {
    const otherServices = { healthy: others - unhealthy, unhealthy };
    const budget = { failedPercent, cap: 0 };
    expect(judged(fourth({ health: 'unhealthy', running: b }), { otherServices, budget }).verdict).toBe(verdict);
    const text = ruleOf('already unhealthy', { ...numbers, rollout: { ...numbers.rollout, budget } });
    expect(text).toContain(`more than ${failedPercent} %`);
    // All that went back are well: it was the release.
    expect(judged(fourth({ refused, health: 'healthy' }), { otherServices, budget }).verdict).toBe('stop');
  });
});

describe('absent', () => {
  test('the sentence', () => {
    expect(ruleOf('absent')).toBe(
      'silent for 3 min when its batch begins: left out and named, nobody waits for it; ' +
        'silent as long after it was told to switch, or not healthy 10 min after its batch began: lost, which counts as failed',
    );
  });

  test('silent for that long when its batch begins, it is left out and named; a moment sooner it is not', () => {
    const silentFor = (reportAgeMs: number) => nextBatch(well, host('h2', '2', { reportAgeMs }));
    expect(silentFor(absentAfterMs)).toMatchObject({ hosts: ['h1'], absent: ['h2'] });
    expect(silentFor(absentAfterMs - 1)).toMatchObject({ hosts: ['h1', 'h2'], absent: [] });
  });

  test('nobody waits for one that was left out', () => {
    const ordered = ['h1', 'h2', 'h3'].map(hostId);
    const leftOut = fourth({ reportAgeMs: absentAfterMs });
    expect(judged(leftOut, { ordered, batchHosts: [hostId('h3')] })).toMatchObject({ verdict: 'advance', lost: [] });
  });

  test('silent for that long after it was told, it is lost; a moment sooner it is waited for', () => {
    expect(judged(fourth({ reportAgeMs: absentAfterMs }))).toMatchObject({ verdict: 'stop', lost: ['h4'] });
    expect(judged(fourth({ reportAgeMs: absentAfterMs - 1 }))).toMatchObject({ verdict: 'wait', lost: [] });
  });

  test('not healthy at the limit of its batch, it is lost; a moment sooner it is waited for', () => {
    const starting = fourth({ health: 'starting', running: b });
    expect(judged(starting, { elapsedMs: batchTimeoutMs })).toMatchObject({ verdict: 'stop', lost: ['h4'] });
    expect(judged(starting, { elapsedMs: batchTimeoutMs - 1 })).toMatchObject({ verdict: 'wait', lost: [] });
  });
});

describe.each([
  ['in maintenance', { maintenance: true }, 'maintenance'],
  ['pinned', { pinned: true }, 'pinned'],
] as const)('%s', (hosts, change, list) => {
  test('the sentence', () => {
    expect(ruleOf(hosts)).toContain('left out of batches');
    expect(ruleOf(hosts)).toContain('; counts only if the release failed there in this deployment');
  });

  test('it is left out of its batch and named', () => {
    expect(nextBatch(well, host('h2', '2', change))).toMatchObject({ hosts: ['h1'], [list]: ['h2'] });
  });

  test('it counts only if the release failed there, whatever else is the matter', () => {
    for (const health of ['healthy', 'unhealthy', 'unknown'] as const)
      expect(judged(fourth({ ...change, health }))).toMatchObject({ verdict: 'advance', failed: [], lost: [] });
    expect(judged(fourth({ ...change, running: b, health: 'unhealthy' }))).toMatchObject({ failed: [] });
    expect(judged(fourth({ ...change, refused }))).toMatchObject({ verdict: 'stop', failed: ['h4'] });
  });
});

test('in maintenance: the host stops what it runs, and is named until it is well', () => {
  expect(ruleOf('in maintenance')).toContain(
    'stops what it runs, left out of batches and named, nobody waits for it; does what the goal says once it is back',
  );
  expect(decideHost({ ...verified(rolling()), maintenance: true }, memory())).toMatchObject({ do: 'stop', fetch: [] });
  expect(decideHost(verified(rolling()), memory())).toMatchObject({ do: 'run', release: b });
  const there = (change: Partial<HostStatus>) => judged(fourth({ maintenance: true, running: b, ...change }));
  expect(there({ running: digestOfRelease('a') })).toMatchObject({ verdict: 'advance', maintenance: ['h4'] });
  expect(there({ health: 'starting' })).toMatchObject({ verdict: 'advance', maintenance: ['h4'] });
  expect(there({ health: 'healthy' })).toMatchObject({ verdict: 'advance', maintenance: [] });
});

describe('pinned', () => {
  test('it keeps what it runs', () => {
    expect(ruleOf('pinned')).toMatch(/^keeps what it runs,/);
    const pinnedHost = memory({ pin: digestOfRelease('a') });
    expect(decideHost(verified(rolling()), pinnedHost)).toMatchObject({ do: 'stay', release: digestOfRelease('a') });
  });

  test('where all are pinned, a person decides', () => {
    expect(ruleOf('pinned')).toContain('where all are pinned, a person decides');
    const pinned = host('h1', '1', { pinned: true });
    expect(nextBatch(pinned)).toEqual({ outcome: 'waiting', reason: 'all hosts pinned' });
    const all = { ordered: [hostId('h1')], batchHosts: [hostId('h1')], hosts: [pinned] };
    expect(judged(pinned, all).verdict).toBe('hold');
  });
});
