import { describe, expect, test } from '@jest/globals';
import type { CommitState, CommitStatus } from '../../domain/gate/commit-status.ts';
import { deploymentNumber, serviceName, type Digest } from '../../domain/names.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import type { ChecksStandingShown, WatchChecksInput } from './contract.ts';
import { createProvider, type Answer } from './provider.fixture.ts';
import { watchChecks, type Pace } from './watch-checks.ts';

const [lint, unit] = ['ci/lint', 'ci/unit'];
const status = (context: string, state: CommitState, minute = 0): CommitStatus => ({
  context,
  state,
  url: `https://ci.example/${context}`,
  at: `2026-11-24T12:0${minute}:00.000Z`,
});
const green = [status(lint, 'success'), status(unit, 'success')];
const nothingKnown: ChecksStandingShown = { missing: [lint, unit], pending: [], fault: null };
/** A look and a rest of an instant; what hangs is given up after 50 ms. */
const pace: Pace = { restMs: 1, longestRestMs: 5, lookMs: 50, faultShownMs: 4 };

function open(answers: readonly Answer[], more: Partial<WatchChecksInput> = {}, stop = new AbortController()) {
  const provider = createProvider(...answers);
  const stored = new Map<Digest, string>();
  const store = {
    put: (digest: Digest, _: number, source: unknown) => {
      stored.set(digest, String(source));
      return Promise.resolve('stored' as const);
    },
  };
  const input: WatchChecksInput = {
    service: serviceName('checkout'),
    deployment: deploymentNumber(87),
    commit: 'a'.repeat(40),
    require: [lint, unit],
    known: nothingKnown,
    isLast: false,
    ...more,
  };
  const parts = { statuses: provider.statuses, store, pace };
  return { ...provider, stored, stop, watching: watchChecks(parts, input, stop.signal) };
}

test('all green: each becomes evidence whose document is kept under its digest', async () => {
  const { watching, stored, asked } = open([green]);
  const result = await watching;
  if (result.outcome !== 'passed') throw new Error(result.outcome);
  expect(asked).toMatchObject([{ repository: 'acme/checkout', commit: 'a'.repeat(40) }]);
  expect(result.evidence.map(({ kind, url, detail }) => [kind, url, detail])).toEqual([
    ['status', 'https://ci.example/ci/lint', 'ci/lint: success at 2026-11-24T12:00:00.000Z'],
    ['status', 'https://ci.example/ci/unit', 'ci/unit: success at 2026-11-24T12:00:00.000Z'],
  ]);
  for (const [index, { digest }] of result.evidence.entries()) {
    const document = stored.get(digest)!;
    expect(digestOf(Buffer.from(document))).toBe(digest);
    const about = { format: 'slipway.commit-status/1', service: 'checkout', commit: 'a'.repeat(40) };
    expect(document).toBe(canonicalJson({ ...about, ...green[index] }));
  }
});

describe('a provider that', () => {
  test.each<[string, readonly Answer[]]>([
    ['has an outage', ['fails with 500', 'fails with 500', green]],
    ['hangs', ['hangs', green]],
    ['hangs for ever', ['hangs, and does not look at its signal', green]],
    ['limits its rate', [{ rateLimitedMs: 20 }, green]],
    ['tells everything twice', [[...green, ...green.toReversed()]]],
    [
      'tells the past last',
      [
        [...green, status(lint, 'failure', 0)].map((each, i) =>
          i < 2 ? { ...each, at: '2026-11-24T12:09:00.000Z' } : each,
        ),
      ],
    ],
  ])('%s is asked until all is green', async (_, answers) => {
    const { watching } = open(answers, { known: null });
    expect((await watching).outcome).toBe('passed');
  });

  test('limits its rate is left alone as long as it asks', async () => {
    const { watching, asked } = open([{ rateLimitedMs: 60 }, green], { known: null });
    await watching;
    expect(asked[1]!.atMs - asked[0]!.atMs).toBeGreaterThanOrEqual(59);
  });

  test('flaps is believed as it is now: what runs again is not green', async () => {
    const flaps: Answer[] = [
      [status(lint, 'success', 1), status(unit, 'pending', 1)],
      [status(lint, 'pending', 2), status(unit, 'success', 2)],
      [status(lint, 'success', 3), status(unit, 'success', 2)],
    ];
    const { watching, asked } = open(flaps, { known: null });
    expect((await watching).outcome).toBe('passed');
    expect(asked).toHaveLength(3);
  });

  test('stays away is shown after a while, with what was known before', async () => {
    const { watching } = open([[status(lint, 'success')], 'fails with 500'], {
      known: { missing: [unit], pending: [], fault: null },
    });
    expect(await watching).toEqual({ outcome: 'waiting', missing: [unit], pending: [], fault: 'it answers 500' });
  });

  test('hangs for long is told as such', async () => {
    const { watching } = open(['hangs']);
    expect(await watching).toMatchObject({ outcome: 'waiting', fault: 'the provider does not answer' });
  });

  test('answers again takes the fault away', async () => {
    const { watching } = open([[status(lint, 'success')]], {
      known: { missing: [unit], pending: [], fault: 'it answers 500' },
    });
    expect(await watching).toEqual({ outcome: 'waiting', missing: [unit], pending: [], fault: null });
  });

  test('never has one of the contexts is waited for, not believed', async () => {
    const { watching } = open([[status(lint, 'success'), status('ci/units', 'success')]]);
    expect(await watching).toEqual({ outcome: 'waiting', missing: [unit], pending: [], fault: null });
  });
});

test('one that failed is told at once, on one line that steers no terminal', async () => {
  const { watching } = open([[{ ...status(lint, 'failure'), url: 'https://ci.example/\u001b[2J' }]]);
  expect(await watching).toEqual({ outcome: 'failed', reason: 'ci/lint reported failure (https://ci.example/ [2J)' });
});

test('while nothing moves it goes on looking, and who no longer waits is not kept', async () => {
  const stop = new AbortController();
  const { watching, asked } = open([[]], {}, stop);
  while (asked.length < 5) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await expect(watching).rejects.toThrow('aborted');
});

test.each<[readonly Answer[], object]>([
  [[[status(unit, 'pending')]], { outcome: 'waiting', missing: [lint], pending: [unit], fault: null }],
  [['fails with 500'], { outcome: 'waiting', missing: [lint, unit], pending: [], fault: 'it answers 500' }],
  [[green], { outcome: 'passed' }],
])('the last look is one look: %j', async (answers, result) => {
  const { watching, asked } = open(answers, { isLast: true });
  expect(await watching).toMatchObject(result);
  expect(asked).toHaveLength(1);
});

test('a service that is not there has nothing to show', async () => {
  const { watching } = open([green], { service: serviceName('nobody'), isLast: true });
  expect(await watching).toMatchObject({ outcome: 'waiting', fault: 'there is no service nobody' });
});
