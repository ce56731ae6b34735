import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deploymentNumber, hostId } from '../names.ts';
import type { HostStatus } from './host-status.ts';
import { failuresAllowed, judgeBake, judgeBatch, judgeNextBatch } from './judge.ts';
import type { BakeView, BatchView } from './judge.ts';
import type { Verdict } from './region-view.ts';
import { attempt, digestOfRelease, generation, host, position, release } from './testing/given.ts';

const b = digestOfRelease('b');
const onNext: Partial<HostStatus> = { running: b, generation: generation(5) };
const refusal = { deployment: deploymentNumber(2), digest: b, reason: '/healthz answered 500' };

const healthy = (at: string) => host(`h${at}`, at, onNext);
const pending = (at: string) => host(`h${at}`, at);
const silent = (at: string) => host(`h${at}`, at, { ...onNext, reportAgeMs: 5_000 });
const unhealthy = (at: string) => host(`h${at}`, at, { ...onNext, health: 'unhealthy' });
const reverted = (at: string, health: HostStatus['health'] = 'healthy') =>
  host(`h${at}`, at, { state: 'reverted', refused: [refusal], health });

/** The second batch of a region whose hosts at 1 to 4 were told to switch, 3 and 4 by this batch. */
function view(hosts: readonly HostStatus[], change: Partial<BatchView> = {}): BatchView {
  return {
    attempt: attempt(2),
    next: release('b'),
    runsBefore: false,
    hosts,
    cut: position('4'),
    canaries: [],
    ordered: ['h1', 'h2', 'h3', 'h4'].map(hostId),
    batch: 2,
    batchHosts: ['h3', 'h4'].map(hostId),
    budget: { failedPercent: 25, cap: 50 },
    absentAfterMs: 5_000,
    batchTimeoutMs: 60_000,
    elapsedMs: 1_000,
    listeningMs: Number.POSITIVE_INFINITY,
    otherServices: { healthy: 0, unhealthy: 0 },
    ...change,
  };
}

const canary = (hosts: readonly HostStatus[], change: Partial<BatchView> = {}): BatchView =>
  view(hosts, { batch: 1, ordered: [hostId('h1')], batchHosts: [hostId('h1')], cut: position('1'), ...change });

type Case = readonly [string, BatchView, Verdict['verdict'], Partial<Verdict['counts']>];

describe('a batch', () => {
  test.each<Case>([
    ['goes on when all are healthy', view(['1', '2', '3', '4'].map(healthy)), 'advance', { switched: 4, healthy: 4 }],
    [
      'waits for who is pending',
      view([...['1', '2', '3'].map(healthy), pending('4')]),
      'wait',
      { healthy: 3, pending: 1 },
    ],
    [
      'goes on with a failure within the budget',
      view([...['1', '2', '3'].map(healthy), reverted('4')]),
      'advance',
      { failed: 1 },
    ],
    [
      'goes on with a lost host within the budget',
      view([...['1', '2', '3'].map(healthy), silent('4')]),
      'advance',
      { lost: 1 },
    ],
    [
      'stops when failed and lost together pass the budget',
      view([healthy('1'), silent('2'), healthy('3'), reverted('4')]),
      'stop',
      { failed: 1, lost: 1 },
    ],
    [
      'stops at once, whoever is pending',
      view([reverted('1'), reverted('2'), pending('3'), pending('4')]),
      'stop',
      { failed: 2, pending: 2 },
    ],
    [
      'stops at the cap, whatever the share',
      view([...['1', '2', '3'].map(healthy), reverted('4')], { budget: { failedPercent: 100, cap: 0 } }),
      'stop',
      { failed: 1 },
    ],
    [
      'rounds the share down',
      view([...['1', '2', '3'].map(healthy), reverted('4')], { budget: { failedPercent: 24, cap: 50 } }),
      'stop',
      { failed: 1 },
    ],
    [
      'counts an unhealthy host that has not reverted',
      view([...['1', '2', '3'].map(healthy), unhealthy('4')], { budget: { failedPercent: 0, cap: 50 } }),
      'stop',
      { failed: 1 },
    ],
    [
      'counts who was healthy and fails later',
      view([unhealthy('1'), ...['2', '3', '4'].map(healthy)], { budget: { failedPercent: 0, cap: 50 } }),
      'stop',
      { failed: 1 },
    ],
    [
      'at its limit counts the rest as lost',
      view([...['1', '2'].map(healthy), pending('3'), pending('4')], { elapsedMs: 60_000 }),
      'stop',
      { lost: 2 },
    ],
    [
      'without one healthy host of its own does not go on',
      view([...['1', '2'].map(healthy), reverted('3')], { batchHosts: [hostId('h3')] }),
      'stop',
      { failed: 1 },
    ],
    [
      'that brought nobody is judged by those before it',
      view(['1', '2', '3', '4'].map(healthy), { batchHosts: [] }),
      'advance',
      { healthy: 4 },
    ],
    [
      'with all its hosts pinned is for a person',
      view(['3', '4'].map((at) => host(`h${at}`, at, { pinned: true }))),
      'hold',
      { switched: 0 },
    ],
    [
      'with its hosts in maintenance is for a person',
      view([...['1', '2'].map(healthy), ...['3', '4'].map((at) => host(`h${at}`, at, { maintenance: true }))]),
      'hold',
      { switched: 2 },
    ],
  ])('%s', (_what, of, expected, counts) => {
    expect(judgeBatch(of)).toMatchObject({ verdict: expected, counts });
  });

  test.each<Case>([
    ['one that failed', canary([reverted('1')]), 'stop', { failed: 1 }],
    ['one that was lost', canary([silent('1')]), 'stop', { lost: 1 }],
    [
      'one of many that failed',
      canary([reverted('1'), ...['2', '3', '4'].map(healthy)], {
        ordered: ['h1', 'h2', 'h3', 'h4'].map(hostId),
        cut: position('4'),
      }),
      'stop',
      { failed: 1 },
    ],
    ['a joiner that failed', canary([healthy('1'), reverted('0')]), 'stop', { failed: 1 }],
  ])('the canary batch has no budget: %s', (_what, of, expected, counts) => {
    const generous = { ...of, budget: { failedPercent: 100, cap: 50 } };
    expect(judgeBatch(generous)).toMatchObject({ verdict: expected, counts });
  });
});

describe('unknown is never healthy', () => {
  test.each<[string, Partial<HostStatus>]>([
    ['unknown health', { ...onNext, health: 'unknown' }],
    ['an instance that starts', { ...onNext, health: 'starting' }],
    ['an instance that stopped', { ...onNext, health: 'stopped' }],
    ['a healthy report of the release before', {}],
    ['a report of the release from an earlier deployment', { ...onNext, attempt: attempt(1) }],
    ['a report of no goal at all', { ...onNext, attempt: null }],
  ])('%s', (_what, report) => {
    expect(judgeBatch(canary([host('h1', '1', report)]))).toMatchObject({
      verdict: 'wait',
      counts: { healthy: 0, pending: 1 },
    });
  });
});

describe('who counts', () => {
  const strict = { budget: { failedPercent: 0, cap: 50 } };
  const good = ['1', '2', '3', '4'].map(healthy);

  test('a failure counts wherever a host stands that may switch: told, returned below the cut, or a canary', () => {
    expect(judgeBatch(view([...good, reverted('0')], strict))).toMatchObject({ verdict: 'stop', failed: ['h0'] });
    const told = ['h1', 'h2', 'h3', 'h4', 'h9'].map(hostId);
    for (const change of [{ canaries: [hostId('h9')] }, { ordered: told }])
      expect(judgeBatch(view([...good, reverted('9')], { ...strict, ...change }))).toMatchObject({ failed: ['h9'] });
  });

  test('a host that says that the release failed before its turn stops nothing until then', () => {
    const accuser = reverted('9');
    expect(judgeBatch(canary([healthy('1'), accuser]))).toMatchObject({ verdict: 'advance', counts: { failed: 0 } });
    expect(judgeBatch(view([...good, accuser], strict)).verdict).toBe('advance');
    expect(judgeNextBatch({ ...view([...good, accuser], strict), begun: [1] })).toBeNull();
    // What is deployed once more runs everywhere by now.
    const again = { ...view([...good, accuser], strict), runsBefore: true };
    expect(judgeBatch(again)).toMatchObject({ verdict: 'stop', failed: ['h9'] });
    const everywhere = view([...good, accuser], { ...strict, cut: position('9') });
    expect(judgeBatch(everywhere)).toMatchObject({ verdict: 'stop', failed: ['h9'] });
  });

  test('a host that is the service’s by its own word only decides nothing, not even where it says that it failed', () => {
    const foreign = { selected: { base: false, next: false }, snapshotted: false };
    const liar = host('h9', '9', { ...foreign, refused: [refusal] });
    expect(judgeBatch(view([...good, liar], strict))).toMatchObject({ verdict: 'advance', counts: { failed: 0 } });
    expect(judgeBatch(canary([healthy('1'), { ...liar, health: 'unhealthy', running: b }])).verdict).toBe('advance');
    const sick = ['5', '6', '7'].map((at) => host(`h${at}`, at, { ...foreign, health: 'unhealthy' }));
    expect(judgeBatch(canary([silent('1'), pending('8'), pending('9'), ...sick])).verdict).toBe('stop');
  });

  test('a host that was told to switch counts, also when its labels were changed since', () => {
    const moved = { selected: { base: false, next: false }, snapshotted: false, refused: [refusal] };
    expect(judgeBatch(canary([host('h1', '1', moved)]))).toMatchObject({ verdict: 'stop', failed: ['h1'] });
  });

  test('a pinned host that failed before counts; one that is pinned on something else doesn’t', () => {
    const pinned = host('h4', '4', { pinned: true, refused: [refusal] });
    expect(judgeBatch(view([...good.slice(0, 3), pinned], strict)).verdict).toBe('stop');
    expect(judgeBatch(view([...good.slice(0, 3), { ...pinned, refused: [] }], strict)).verdict).toBe('advance');
  });

  test('a failure in an earlier deployment doesn’t count', () => {
    const earlier = { ...refusal, deployment: deploymentNumber(1) };
    const again = host('h4', '4', { ...onNext, refused: [earlier] });
    expect(judgeBatch(view([...good.slice(0, 3), again], strict)).verdict).toBe('advance');
  });

  test('nobody waits for a host that was absent at its batch, and a joiner that is healthy counts', () => {
    const returned = host('h0', '0', { reportAgeMs: 0, health: 'starting' });
    expect(judgeBatch(view([...good, returned]))).toMatchObject({ verdict: 'advance', counts: { switched: 4 } });
    expect(judgeBatch(view([...good, healthy('0')]))).toMatchObject({ verdict: 'advance', counts: { switched: 5 } });
    expect(judgeBatch(view([...good, silent('0')], strict))).toMatchObject({ verdict: 'stop', counts: { lost: 1 } });
    const neverCame = host('h0', '0', { attempt: attempt(1), reportAgeMs: 60_000 });
    expect(judgeBatch(view([...good, neverCame], strict))).toMatchObject({ verdict: 'advance' });
  });

  test('a host that the new placement leaves out is done when it runs nothing', () => {
    const leftOut = { selected: { base: true, next: false } };
    const stopped = host('h1', '1', { ...leftOut, running: null, health: 'stopped', generation: generation(5) });
    expect(judgeBatch(canary([stopped])).verdict).toBe('advance');
    expect(judgeBatch(canary([host('h1', '1', leftOut)])).verdict).toBe('wait');
  });
});

describe('a bad release is told from a bad world', () => {
  const sick = (at: string) => host(`h${at}`, at, { health: 'unhealthy' });
  const gone = (at: string, reportAgeMs: number) => host(`h${at}`, at, { reportAgeMs });
  const never = (at: string) => host(`h${at}`, at, { reportAgeMs: null });

  test.each<[string, readonly HostStatus[], Partial<BatchView>, Verdict['verdict']]>([
    ['hosts without the release are well', [silent('1'), pending('5'), pending('6')], {}, 'stop'],
    ['there is nothing to compare with', [silent('1')], {}, 'stop'],
    ['hosts without the release are unhealthy', [silent('1'), sick('5'), sick('6')], {}, 'hold'],
    [
      'fewer of them are unhealthy than the budget allows',
      [silent('1'), sick('5'), ...['6', '7', '8'].map(pending)],
      {},
      'stop',
    ],
    ['hosts without the release went silent too', [silent('1'), gone('5', 5_500), gone('6', 5_500)], {}, 'hold'],
    [
      'only a host in maintenance, which has stopped or restarts, went silent beside it',
      [silent('1'), host('h5', '5', { maintenance: true, reportAgeMs: 5_500 }), pending('6')],
      {},
      'stop',
    ],
    [
      'a host without the release has never reported',
      [silent('1'), gone('5', 5_500), never('6'), pending('7')],
      {},
      'hold',
    ],
    ['only hosts that were silent before stand beside it', [silent('1'), gone('5', 6_000), never('6')], {}, 'stop'],
    ['hosts without the release were silent before', [silent('1'), gone('5', 90_000), pending('6')], {}, 'stop'],
    [
      'other services are unhealthy',
      [silent('1'), pending('5')],
      { otherServices: { healthy: 1, unhealthy: 4 } },
      'hold',
    ],
    ['the silence is longer than anybody has listened', [silent('1'), pending('5')], { listeningMs: 4_999 }, 'wait'],
    ['so is that of hosts without the release', [silent('1'), gone('5', 5_500)], { listeningMs: 0 }, 'wait'],
    [
      'nobody has listened, but one said before that it failed',
      [reverted('1'), gone('5', 5_500)],
      { listeningMs: 0 },
      'stop',
    ],
    ['nobody has listened until the limit', [silent('1'), pending('5')], { listeningMs: 0, elapsedMs: 60_000 }, 'stop'],
    ['the world is bad, but who reverted is well again', [reverted('1'), sick('5')], {}, 'stop'],
    [
      'the world is bad, and of who reverted one is well again and one is not',
      [reverted('1'), reverted('2', 'unhealthy'), sick('5')],
      { ordered: ['h1', 'h2'].map(hostId) },
      'hold',
    ],
    ['the world is bad, and nobody knows yet how who reverted is', [reverted('1', 'unknown'), sick('5')], {}, 'wait'],
    [
      'the world is bad, and who reverted runs nothing',
      [host('h1', '1', { running: null, refused: [refusal], health: 'stopped' }), sick('5')],
      {},
      'hold',
    ],
    ['the world is bad, and who reverted is not well', [reverted('1', 'unhealthy'), sick('5')], {}, 'hold'],
    ['the world is bad, and who reverted is coming up', [reverted('1', 'starting'), sick('5')], {}, 'wait'],
    [
      'the world is bad, and who reverted is still coming up at the limit',
      [reverted('1', 'starting'), sick('5')],
      { elapsedMs: 60_000 },
      'hold',
    ],
  ])('%s', (_when, hosts, change, expected) => {
    expect(judgeBatch(canary(hosts, change)).verdict).toBe(expected);
  });
});

describe('a bake', () => {
  const bake = (hosts: readonly HostStatus[], elapsedMs: number, change: Partial<BakeView> = {}): BakeView => ({
    ...view(hosts, { elapsedMs }),
    bakeMs: 30_000,
    ...change,
  });
  const good = ['1', '2', '3', '4'].map(healthy);

  test.each<[string, BakeView, Verdict['verdict']]>([
    ['lasts its time', bake(good, 29_999), 'wait'],
    ['is over when all are well', bake(good, 30_000), 'advance'],
    ['is over at once without a time of its own', bake(good, 0, { bakeMs: 0 }), 'advance'],
    ['goes on with failures within the budget', bake([...good.slice(0, 3), unhealthy('4')], 30_000), 'advance'],
    ['stops at once when the budget is passed', bake([...good.slice(0, 2), unhealthy('3'), silent('4')], 10), 'stop'],
    [
      'counts a host that fails outside its batches',
      bake([...good, reverted('0')], 10, { budget: { failedPercent: 0, cap: 9 } }),
      'stop',
    ],
    [
      'waits at its end for a host whose health is not known',
      bake([...good.slice(0, 3), pending('4')], 34_999),
      'wait',
    ],
    [
      'counts that host as lost after the time of a silent one',
      bake([...good.slice(0, 2), pending('3'), pending('4')], 35_000),
      'stop',
    ],
    ['with all hosts pinned is for a person', bake([host('h1', '1', { ...onNext, pinned: true })], 30_000), 'hold'],
  ])('%s', (_what, of, expected) => {
    expect(judgeBake(of).verdict).toBe(expected);
  });
});

test('who was pinned or put into maintenance after the batch began is named, unless it runs the release', () => {
  const verdict = judgeBatch(
    view([
      healthy('1'),
      host('h2', '2', { pinned: true }),
      host('h3', '3', { ...onNext, pinned: true }),
      host('h4', '4', { maintenance: true }),
    ]),
  );
  expect(verdict).toMatchObject({ pinned: ['h2'], maintenance: ['h4'], failed: [] });
});

describe('before another batch begins', () => {
  const begun = (batches: readonly number[], hosts: readonly HostStatus[]) =>
    judgeNextBatch({ ...view(hosts), begun: batches })?.verdict ?? null;
  const well = ['1', '2', '3'].map(healthy);
  test.each([
    ['nothing has failed', begun([1, 2], [...well, healthy('4')]), null],
    ['no more than the budget has failed since', begun([1, 2], [...well, reverted('4')]), null],
    [
      'more than the budget has failed since',
      begun([1, 2], [healthy('1'), ...['2', '3', '4'].map((at) => reverted(at))]),
      'stop',
    ],
    ['the canary has failed since', begun([1], [reverted('1'), ...['2', '3', '4'].map(pending)]), 'stop'],
    ['the canary of an attempt before this one has failed', begun([1, 1], [reverted('1')]), 'stop'],
    ['it is the first', begun([], [reverted('1')]), null],
    ['who failed is still coming up again', begun([1, 2], [reverted('1', 'starting'), unhealthy('2')]), 'stop'],
  ] as const)('%s', (_name, verdict, expected) => {
    expect(verdict).toBe(expected);
  });

  test('a bad world is a question for people', () => {
    const hosts = ['1', '2', '3', '4'].map((at) => reverted(at, 'unhealthy'));
    const otherServices = { healthy: 0, unhealthy: 3 };
    expect(judgeNextBatch({ ...view(hosts, { otherServices }), begun: [1, 2] })?.verdict).toBe('hold');
  });

  test('those that are coming up in a bad world are waited for, but not for ever', () => {
    const hosts = ['1', '2', '3', '4'].map((at) => reverted(at, 'starting'));
    const bad = { otherServices: { healthy: 0, unhealthy: 3 } };
    const after = (elapsedMs: number) => judgeNextBatch({ ...view(hosts, { ...bad, elapsedMs }), begun: [1, 2] });
    expect(after(0)?.verdict).toBe('wait');
    expect(after(30_000)?.verdict).toBe('hold');
  });
});

test.each([
  [5, 50, 100, 5],
  [5, 50, 19, 0],
  [5, 50, 39, 1],
  [5, 50, 20_000, 50],
  [100, 50, 3, 3],
  [0, 50, 1_000, 0],
])('a budget of %d %% and at most %d allows of %d hosts %d', (failedPercent, cap, switched, expected) => {
  expect(failuresAllowed({ failedPercent, cap }, switched)).toBe(expected);
});

test('the reason names what failed, how many and where', () => {
  expect(judgeBatch(canary([reverted('1')])).reason).toBe(
    'of 1 host 1 failed, 0 allowed: /healthz answered 500 (h1); bad release: of 1 without the release 0 are unhealthy, 0 allowed',
  );
  expect(judgeBatch(view([healthy('1'), silent('2'), healthy('3'), unhealthy('4')])).reason).toBe(
    'of 4 hosts 1 failed, 1 lost, 1 allowed: unhealthy (h4); bad release: nothing without it to compare with',
  );
  expect(judgeBatch(canary([silent('1')])).reason).toBe(
    'of 1 host 1 lost, 0 allowed: no report for 5 s (h1); bad release: nothing without it to compare with',
  );
});

test.each([
  ['says why itself', 'disk full while fetching: ENOSPC', 'disk full while fetching: ENOSPC'],
  ['says nothing', null, 'fetching and healthy, but not on it'],
])(
  'a host that is well on its old release and could not switch in time is named with its cause: it %s',
  (_, reason, cause) => {
    const late = host('h1', '1', { state: 'fetching', reason });
    const over = canary([late], { elapsedMs: 60_000 });
    expect(judgeBatch(over).reason).toBe(
      `of 1 host 1 lost, 0 allowed: ${cause} (h1); bad release: nothing without it to compare with`,
    );
  },
);

test('nobody is named as pinned or in maintenance who is silent, not one of the service’s, or failed before', () => {
  const out = { pinned: true } as const;
  const elsewhere = { selected: { base: false, next: false }, snapshotted: false };
  const verdict = judgeBatch(
    view([
      ...['1', '2', '3'].map(healthy),
      host('silent', '5', { ...out, reportAgeMs: 5_000 }),
      host('other', '6', { ...out, ...elsewhere }),
      host('failed', '0', { maintenance: true, refused: [refusal] }),
      host('unwell', '8', { ...onNext, pinned: true, health: 'starting' }),
    ]),
  );
  expect(verdict).toMatchObject({ pinned: ['unwell'], maintenance: [], failed: ['failed'] });
});

describe('a verdict says in a sentence', () => {
  const all = ['1', '2', '3', '4'].map(healthy);
  test.each([
    ['how many are well', judgeBatch(view(all)), '4 hosts healthy'],
    ['that one is well', judgeBatch(canary([healthy('1')])), '1 host healthy'],
    [
      'for how many it waits',
      judgeBatch(view([...all.slice(0, 2), pending('3'), pending('4')])),
      'waiting for 2 hosts',
    ],
    [
      'for how many a bake waits',
      judgeBake({ ...view([...all.slice(0, 3), pending('4')]), bakeMs: 0 }),
      'waiting for 1 host',
    ],
    ['that a bake goes on', judgeBake({ ...view(all), bakeMs: 30_000 }), 'the bake is not over'],
    [
      'that nobody is there to judge by',
      judgeBatch(canary([host('h1', '1', { maintenance: true })])),
      'every host of the batch was pinned or put into maintenance',
    ],
    [
      'that all who could have shown it have left',
      judgeBatch(canary([healthy('5')])),
      'every host of the batch has left the service here: others take its place',
    ],
    [
      'that one has left and another is pinned',
      judgeBatch(view([host('h3', '3', { pinned: true })], { ordered: ['h3', 'h4'].map(hostId) })),
      'every host of the batch has left, was pinned or put into maintenance',
    ],
    [
      'that none of a batch is well',
      judgeBatch(
        view([healthy('1'), healthy('2'), silent('3')], {
          batchHosts: [hostId('h3')],
          budget: { failedPercent: 50, cap: 9 },
        }),
      ),
      'no host of the batch is healthy; bad release: nothing without it to compare with',
    ],
    [
      'that the world is bad too',
      judgeBatch(canary([silent('1'), host('h5', '5', { health: 'unhealthy' })])),
      'of 1 host 1 lost, 0 allowed: no report for 5 s (h1); bad world: of 1 without the release 1 is unhealthy too, 0 allowed',
    ],
    [
      'that the world is bad, but not for who went back: the release is to blame',
      judgeBatch(canary([reverted('1'), host('h5', '5', { health: 'unhealthy' })])),
      'of 1 host 1 failed, 0 allowed: /healthz answered 500 (h1); bad release: of 2 without the release 1 is unhealthy, 0 allowed, but what reverted is well again',
    ],
    [
      'how many fewer than too many are unhealthy without the release, other services among them',
      judgeBatch(canary([silent('1'), pending('5')], { otherServices: { healthy: 9, unhealthy: 2 } })),
      'of 1 host 1 lost, 0 allowed: no report for 5 s (h1); bad release: of 12 without the release 2 are unhealthy, 3 allowed',
    ],
    [
      'that who reverted is coming up',
      judgeBatch(canary([reverted('1', 'starting'), host('h5', '5', { health: 'unhealthy' })])),
      'of 1 host 1 failed, 0 allowed: /healthz answered 500 (h1); of 1 without the release 1 is unhealthy too, 0 allowed; hosts that reverted are coming up',
    ],
    [
      'that a lost host never reported',
      judgeBatch(canary([host('h1', '1', { reportAgeMs: null })])),
      'of 1 host 1 lost, 0 allowed: no report (h1); bad release: nothing without it to compare with',
    ],
    [
      'nothing of what failed in an earlier deployment, or of another release',
      judgeBatch(
        canary([
          host('h1', '1', {
            ...onNext,
            health: 'unhealthy',
            refused: [
              { ...refusal, deployment: deploymentNumber(1) },
              { ...refusal, digest: digestOfRelease('c') },
            ],
          }),
        ]),
      ),
      'of 1 host 1 failed, 0 allowed: unhealthy (h1); bad release: nothing without it to compare with',
    ],
  ])('%s', (_what, { reason }, expected) => {
    expect(reason).toBe(expected);
  });
});

test('no host that is pinned or in maintenance changes a verdict, whatever it says or does not say', () => {
  const health = fc.constantFrom('healthy', 'unhealthy', 'starting', 'stopped', 'unknown' as const);
  const age = fc.constantFrom(0, 5_500, 90_000, null);
  const aside = fc.record({ health, reportAgeMs: age, pinned: fc.boolean(), maintenance: fc.boolean() });
  const seen = fc.array(fc.constantFrom(healthy, pending, silent, unhealthy, reverted), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(seen, fc.array(aside, { maxLength: 4 }), fc.nat({ max: 70_000 }), (kinds, others, elapsedMs) => {
      const hosts = kinds.map((kind, index) => kind(String(index + 1)));
      const out = others
        .filter(({ pinned, maintenance }) => pinned || maintenance)
        .map((each, index) => host(`out${index}`, 'f', each));
      const { verdict } = judgeBatch(view(hosts, { elapsedMs }));
      expect(judgeBatch(view([...hosts, ...out], { elapsedMs })).verdict).toBe(verdict);
    }),
    { numRuns: 1_000 },
  );
});
