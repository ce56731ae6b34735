import { doneOnce } from './done-once.ts';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type { Generation } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import type { HostEvidence, RegionEvidence, RunEvidence } from '../evidence/evidence.ts';
import { auditIsWhole } from './audit-is-whole.ts';
import { brokenPromises } from './broken-promises.ts';
import {
  atMs,
  audited,
  chain,
  deployment,
  goal,
  history,
  host,
  kept,
  look,
  one,
  openLook,
  region,
  service,
  signGoal,
  started,
  two,
} from './kept.fixture.ts';

const [keptHost] = kept.hosts as [HostEvidence];
const [keptRegion] = kept.regions as [RegionEvidence];
const [keptMerge] = kept.merges as [RunEvidence['merges'][number]];
const [keptDeployment] = kept.deployments as [RunEvidence['deployments'][number]];
const withHost = (changed: Partial<HostEvidence>): RunEvidence => ({ ...kept, hosts: [{ ...keptHost, ...changed }] });
const withRegion = (changed: Partial<RegionEvidence>): RunEvidence => ({
  ...kept,
  regions: [{ ...keptRegion, ...changed }],
});
const withCentre = (changed: Partial<RunEvidence['centre']>): RunEvidence => ({
  ...kept,
  centre: { ...kept.centre, ...changed },
});
const withLooks = (...looks: Parameters<typeof look>[]): RunEvidence =>
  withHost({ looks: [...looks.map((seen) => look(...seen)), ...keptHost.looks] });
const journal = (...more: HostEvidence['journal']): RunEvidence =>
  withHost({ journal: [...keptHost.journal, ...more] });
const shown = (hosts: { readonly total: number; readonly switched: number; readonly healthy: number }): RunEvidence => {
  const progress = { ...openLook(0).regions[0]!, hosts: { ...hosts, failed: 0 } };
  return { ...kept, openLooks: [[openLook(3.5, [progress as never])]] };
};

test('a run that keeps every promise breaks none', async () => {
  expect(await brokenPromises(kept)).toEqual([]);
});

/** `checkout@2` was held on this host; a deployment of a third release has begun. */
const goalOnTheWay = (keptHost.journal[0] as Extract<DurableEvent, { type: 'goalSeen' }>).goal;
const heldGoal: DurableEvent = {
  type: 'goalSeen',
  service,
  atMs,
  goal: {
    ...goalOnTheWay,
    goal: {
      ...goal,
      step: 'advance' as never,
      base: { release: one, selector: {} },
      next: { release: { number: 3 as never, digest: digestOf('three') }, selector: {} },
      keep: [two.digest],
    },
  },
};
const backToBase: DurableEvent = {
  type: 'switchIntended',
  service,
  atMs: atMs + 4_000,
  kind: 'forward',
  from: two.digest,
  to: one.digest,
  attempt: goal.attempt,
  generation: goal.generation,
  traceparent: null,
  refusal: null,
};

const toThird: DurableEvent = { ...backToBase, to: digestOf('three') };

const stranger = generateKeyPairSync('ed25519').privateKey;

/** What was planted, the promise that it breaks, and the sentence that says so. */
const violations: readonly (readonly [planted: string, promise: number, seen: RunEvidence, sentence: RegExp])[] = [
  [
    'a release on disk that nobody signed',
    1,
    withHost({ disk: { ...keptHost.disk, releases: [{ digest: two.digest, intact: true, signed: false }] } }),
    /which nobody signed/,
  ],
  [
    'an instance from before the admission',
    1,
    withCentre({ admissions: kept.centre.admissions.map((each) => ({ ...each, admittedAtMs: atMs + 9_000 })) }),
    /before it was admitted/,
  ],
  [
    'a goal by another key',
    1,
    withRegion({ goal: { ...keptRegion.goal, envelope: signGoal(goal, stranger) } }),
    /not signed by its director/,
  ],
  [
    'a goal that names no admission',
    1,
    withRegion({ goal: { ...keptRegion.goal, envelope: signGoal({ ...goal, admissions: [] }) } }),
    /admits no more/,
  ],
  [
    'two started deployments',
    2,
    { ...kept, openLooks: [[openLook(1), { ...openLook(1), deployment: 3 as never }]] },
    /2 and 3 were active at once/,
  ],
  ['a deployment that holds the service for ever', 2, withCentre({ holder: deployment }), /still holds/],
  ['a link to a release that is not whole', 3, withLooks([1, { current: two.digest }]), /not whole/],
  ['a link to nothing', 3, withLooks([1, { current: null }]), /to run nothing/],
  ['an answer of a third release', 3, withLooks([1, { answers: 7 as never }]), /answered as release 7/],
  ['the old release at the end', 3, withHost({ disk: { ...keptHost.disk, current: one.digest } }), /is left with/],
  [
    'a damaged tree',
    3,
    withHost({ disk: { ...keptHost.disk, releases: [{ digest: two.digest, intact: false, signed: true }] } }),
    /damaged/,
  ],
  [
    'a way back that was collected',
    4,
    withLooks([1, { current: two.digest, whole: [two.digest], answers: two.number, pid: 101 }]),
    /no more on its disk/,
  ],
  [
    'a way back over the network',
    4,
    journal({ type: 'fetchStarted', service, atMs, release: one.digest }),
    /had to fetch/,
  ],
  [
    'a generation that falls',
    5,
    {
      ...kept,
      goalLooks: [30, 20].map((generation) => ({ ...kept.goalLooks[0]!, generation: generation as Generation })),
    },
    /down to 20/,
  ],
  [
    'one generation with two contents',
    5,
    { ...kept, goalLooks: [kept.goalLooks[0]!, { ...kept.goalLooks[0]!, mode: 'undo' }] },
    /two goals of generation 10/,
  ],
  [
    'a changed audit record',
    6,
    withCentre({ audit: kept.centre.audit.map((record) => ({ ...record, verb: 'other' })) }),
    /the audit breaks at record 1/,
  ],
  [
    'a change without an audit record',
    6,
    withCentre({ audit: chain(audited.filter(({ verb }) => verb !== 'stage-started')) }),
    /changes 1/,
  ],
  ['an end without an audit record', 6, withCentre({ audit: chain(audited.slice(0, -1)) }), /beginning or end/],
  ['a merge that became nothing', 7, { ...kept, merges: [{ ...keptMerge, commit: 'd'.repeat(40) }] }, /was lost/],
  ['a merge that became two deployments', 7, { ...kept, deployments: [keptDeployment, keptDeployment] }, /was doubled/],
  [
    'a superseded deployment that had begun',
    7,
    { ...kept, deployments: [{ ...keptDeployment, outcome: 'superseded', goesOnAs: 3 as never }] },
    /superseded although it had begun/,
  ],
  [
    'a superseded deployment that a workflow carried',
    7,
    { ...kept, deployments: [{ ...keptDeployment, outcome: 'superseded', started: false }] },
    /superseded although it had begun/,
  ],
  [
    'a change that goes on nowhere',
    7,
    { ...kept, deployments: [{ ...keptDeployment, outcome: 'superseded', goesOnAs: 3 as never }] },
    /goes on nowhere/,
  ],
  [
    'a batch after one that was not healthy',
    8,
    withRegion({
      batches: [keptRegion.batches[0]!, { ...keptRegion.batches[0]!, number: 2, cut: 'ff', startedAtMs: atMs + 1_500 }],
    }),
    /batch 2 of deployment 2 in eu-west began when eu-west-1 was not healthy/,
  ],
  [
    'a batch after one whose health nobody can have known',
    8,
    withRegion({
      batches: [keptRegion.batches[0]!, { ...keptRegion.batches[0]!, number: 2, cut: 'ff', startedAtMs: atMs + 2_100 }],
    }),
    /began when eu-west-1 was not healthy/,
  ],
  ['a release that comes before its batch', 8, withRegion({ batches: [] }), /had come to it/],
  ['a host that goes back from where an abort has left it', 3, journal(heldGoal, backToBase), /went back from/],
  ['an inbox row left over', 7, withCentre({ unfinished: 1 }), /never finished/],
  ['a second start of what runs', 10, journal(started(6, two, 'c')), /twice in attempt/],
  [
    'a switch that was redone',
    10,
    withRegion({ reports: [{ ...keptRegion.reports[0]!, switches: 3 }] }),
    /switched 3 times/,
  ],
  [
    'a batch out of order',
    10,
    withRegion({ batches: [{ ...keptRegion.batches[0]!, number: 2 }] }),
    /batch 2 .* does not follow/,
  ],
  [
    'bytes copied twice',
    10,
    withRegion({ replicas: [{ ...keptRegion.replicas[0]!, copiedBytes: 61 }] }),
    /more than it has/,
  ],
  [
    'a workflow that runs on',
    11,
    { ...kept, histories: [{ ...history, status: 'RUNNING' }] },
    /deployment:checkout:2 still runs/,
  ],
  [
    'a workflow that failed',
    11,
    { ...kept, histories: [{ ...history, status: 'FAILED' }] },
    /deployment:checkout:2 ended as FAILED/,
  ],
  [
    'a workflow whose code does not follow its history',
    11,
    { ...kept, histories: [{ ...history, failures: [{ eventId: 9, cause: 24, message: 'nondeterminism' }] }] },
    /a task of deployment:checkout:2 failed/,
  ],
  [
    'a deployment without an end',
    11,
    { ...kept, deployments: [{ ...keptDeployment, outcome: null }] },
    /has not ended/,
  ],
  [
    'a good release that failed',
    11,
    { ...kept, deployments: [{ ...keptDeployment, outcome: 'failed' }] },
    /ended as failed/,
  ],
  [
    'a region that heard of it, and nothing since',
    11,
    withRegion({
      goal: { ...keptRegion.goal, row: { ...keptRegion.goal.row, next: { release: two, selector: {} } } },
    }),
    /goal of eu-west is left on its way to release 2/,
  ],
  ['something owed', 11, withCentre({ obligations: 1 }), /still open/],
  [
    'success before a host was healthy',
    13,
    withHost({ journal: keptHost.journal.filter(({ type }) => type !== 'confirmed') }),
    /before eu-west-1 was healthy/,
  ],
  [
    'success before a host could be healthy',
    13,
    withHost({ journal: keptHost.journal.map((event) => ({ ...event, atMs: event.atMs + 60_000 })) }),
    /before eu-west-1 was healthy/,
  ],
  ['an instance that is silent', 14, withLooks([-60, { answers: null }]), /did not answer/],
  ['an instance that became another process', 14, withLooks([-60, { pid: 99 }]), /another process/],
  [
    'more healthy hosts than could be',
    15,
    shown({ total: 2, switched: 2, healthy: 2 }),
    /showed 2 healthy hosts when 1 could be/,
  ],
  ['more healthy hosts than switched', 15, shown({ total: 1, switched: 0, healthy: 1 }), /1 healthy of 0/],
];

test.each(violations)('%s breaks promise %i', async (_planted, promise, seen, sentence) => {
  const broken = await brokenPromises(seen);
  expect(broken.filter((each) => each.promise === promise).map((each) => each.sentence)).toContainEqual(
    expect.stringMatching(sentence),
  );
});

test.each<[string, readonly DurableEvent[], number]>([
  ['three switches in a deployment over what a hold had left are not redone', [toThird, backToBase], 0],
  ['three switches between two releases are', [backToBase], 1],
])('%s', (_, more, redone) => {
  const [region] = withRegion({ reports: [{ ...keptRegion.reports[0]!, switches: 3 }] }).regions;
  const switched = { ...keptHost, journal: [...keptHost.journal, ...more] };
  expect(doneOnce({ hosts: [switched], regions: [region!] }).filter((each) => each.includes('switched'))).toHaveLength(
    redone,
  );
});

test('a host that is named as absent may be missed by a success', async () => {
  const [batch] = keptRegion.batches;
  const absent = { ...batch!.members, hosts: [], absent: [host] };
  const regions = [{ ...keptRegion, batches: [{ ...batch!, members: absent }] }];
  const seen = { ...kept, regions, hosts: [{ ...keptHost, journal: [] }] };
  const broken = await brokenPromises(seen);
  expect(broken.filter(({ promise }) => promise === 13)).toEqual([]);
});

test('a start that a killed agent could not write down counts from the switch on', async () => {
  const journal = keptHost.journal.filter(({ type }) => type !== 'instanceStarted');
  const broken = await brokenPromises({ ...kept, hosts: [{ ...keptHost, journal }] });
  expect(broken.filter(({ promise }) => promise === 13 || promise === 15)).toEqual([]);
});

test('a bad release may not succeed', async () => {
  const broken = await brokenPromises({ ...kept, merges: [{ ...keptMerge, bad: true }] });
  expect(broken.map(({ promise }) => promise)).toEqual([11]);
});

const ended = (outcome: 'undone' | 'cancelled' | 'failed' | 'rejected', seen: Partial<RunEvidence> = {}) =>
  brokenPromises({ ...kept, after: one, ...seen, deployments: [{ ...keptDeployment, outcome }] }).then((broken) =>
    broken.filter(({ promise }) => promise === 11).map(({ sentence }) => sentence),
  );
const harm = { atMs, healedAtMs: atMs, on: 'host-eu-west-1' };
const abort = { verb: 'abort', when: { once: 'delivered', afterMs: 0 } } as const;

test.each([
  ['undone', {}],
  ['undone', { harmed: [{ ...harm, kind: 'deliver-again' }] }],
  ['undone', { harmed: [{ ...harm, kind: 'late-steps', on: 'deployment:checkout:2:eu-west' }] }],
  ['undone', { harmed: [{ ...harm, kind: 'restart', on: 'api' }] }],
  ['cancelled', { harmed: [{ ...harm, kind: 'kill', on: 'temporal' }] }],
  ['failed', { harmed: [{ ...harm, kind: 'kill', on: 'build-worker' }] }],
  ['rejected', { act: abort }],
] as const)('a good release may not end as %s when nothing explains it: %j', async (outcome, seen) => {
  expect(await ended(outcome, seen)).toEqual([`deployment 2 (rollout) ended as ${outcome}`]);
});

test.each([
  ['undone', { harmed: [{ ...harm, kind: 'kill', on: 'agent-eu-west-1' }] }],
  ['undone', { act: abort }],
  ['cancelled', { harmed: [{ ...harm, kind: 'terminate', on: 'deployment:checkout:2' }] }],
  ['failed', { harmed: [{ ...harm, kind: 'fill' }] }],
] as const)('a good release may end as %s after what was done: %j', async (outcome, seen) => {
  expect(await ended(outcome, seen)).toEqual([]);
});

test.each([
  ['may', { started: false }, []],
  ['may not', { started: true }, ['deployment 2 (rollback) ended as cancelled']],
] as const)('a rollback %s be cancelled: %j', async (_may, changed, sentences) => {
  const rollback = { ...keptDeployment, ...changed, kind: 'rollback', commit: null, outcome: 'cancelled' } as const;
  const act = { ...abort, verb: 'rollback' } as const;
  const broken = await brokenPromises({ ...kept, after: one, act, deployments: [rollback] });
  expect(broken.filter(({ promise }) => promise === 11).map(({ sentence }) => sentence)).toEqual(sentences);
});

test('what waited and got another number is one deployment', async () => {
  const waited = { ...keptDeployment, number: 1, outcome: 'superseded', started: false, goesOnAs: deployment } as never;
  const broken = await brokenPromises({ ...kept, deployments: [waited, keptDeployment] });
  expect(broken.filter(({ promise }) => promise === 7 || promise === 11)).toEqual([]);
});

const atSecond = (seconds: number): number => atMs + seconds * 1_000;
const frozen = { policy: 'hold', sinceMs: atSecond(-1), untilMs: atSecond(20) } as const;
const granted = (seconds: number) => ({ slots: [{ deployment, grantedAtMs: atSecond(seconds) }] });
const meant = (step: string, seconds: number, paused = false): Partial<RunEvidence> => ({
  histories: [{ ...history, what: 'rollout', region, intents: [{ step, atMs: atSecond(seconds), paused }] }],
});
const auditAt = (seconds: number, verb: string) => {
  const at = new Date(atSecond(seconds)).toISOString();
  return { centre: { ...kept.centre, audit: [{ ...kept.centre.audit[0]!, at, verb, key: verb }] } };
};
const noReturn = (seconds: number) => ({
  centre: {
    ...kept.centre,
    audit: kept.centre.audit.map((each) => ({ ...each, at: new Date(atSecond(seconds)).toISOString() })),
  },
});
/** Past its end, unless a violation says otherwise. */
const finished = noReturn(30);

const ofFreezes = async (seen: Partial<RunEvidence>): Promise<readonly string[]> => {
  const broken = await brokenPromises({ ...kept, freeze: frozen, ...finished, ...seen });
  return broken.filter(({ promise }) => promise === 'freeze').map(({ sentence }) => sentence);
};

test.each<[string, Partial<RunEvidence>, RegExp]>([
  ['a deployment that begins', granted(5), /2 was let begin/],
  ['a region that begins', meant('begin', 5), /meant eu-west to begin/],
  ['a next batch', meant('advance:2', 5), /meant eu-west to advance:2/],
  [
    'a next batch of what is to be undone',
    { ...meant('advance:2', 5), freeze: { ...frozen, policy: 'undo' } },
    /advance:2/,
  ],
  ['a point of no return', noReturn(5), /was finished while/],
  ['a batch of a rollout that was told to wait', { ...meant('advance:2', 30, true), freeze: null }, /told to wait/],
  [
    'a batch of a rollout that was told to wait, whatever was harmed',
    { ...meant('advance:2', 5, true), harmed: [{ atMs, healedAtMs: atMs, kind: 'kill', on: 'temporal' }] },
    /told to wait/,
  ],
  [
    'a deployment that is kept although it may finish',
    { ...granted(-9), ...auditAt(5, 'frozen'), freeze: { ...frozen, policy: 'finish' } },
    /was kept by a freeze that lets it finish/,
  ],
])('%s breaks a freeze', async (_planted, seen, sentence) => {
  expect(await ofFreezes(seen)).toEqual([expect.stringMatching(sentence)]);
});

test.each<[string, Partial<RunEvidence>]>([
  ['a batch before anybody can have heard', meant('advance:2', 1)],
  ['a batch after its end', meant('advance:2', 21)],
  ['the way back', meant('undo', 5)],
  ['a batch of what may finish', { ...meant('advance:2', 5), freeze: { ...frozen, policy: 'finish' } }],
  ['a rollback', { ...granted(5), ...meant('advance:1', 5), deployments: [{ ...keptDeployment, kind: 'rollback' }] }],
  [
    'a batch while the news could not be carried',
    { ...meant('advance:2', 5), harmed: [{ atMs, healedAtMs: atMs, kind: 'kill', on: 'control-worker' }] },
  ],
  ['a slot of before', granted(-9)],
])('%s breaks none', async (_allowed, seen) => {
  expect(await ofFreezes(seen)).toEqual([]);
});

describe('the changes that a recovery tells', () => {
  const changes = (...told: readonly (readonly [number, string])[]) => {
    const between = told.map(([sequence, verb]) => ({
      verb,
      detail: { sequence },
      key: `progress:checkout/2:${sequence}`,
    }));
    const audit = chain([...audited.slice(0, 3), ...between, ...audited.slice(3)]);
    const last = told.at(-1)![0];
    return auditIsWhole({ ...withCentre({ audit }), deployments: [{ ...keptDeployment, sequence: last }] });
  };

  test('begin after a gap, with its start or with what a person said at that moment', async () => {
    expect(await changes([2, 'batch-advanced'], [1003, 'recovery-started'])).toEqual([]);
    expect(await changes([2, 'batch-advanced'], [1003, 'abort'], [1004, 'recovery-started'])).toEqual([]);
  });

  test('leave none afterwards', async () => {
    expect(await changes([2, 'batch-advanced'], [1003, 'recovery-started'], [1005, 'undo-started'])).toEqual([
      expect.stringMatching(/has no audit record of its changes 1004$/),
    ]);
  });
});

test('only a freeze that undoes explains a good release that is undone', async () => {
  const freezing = { verb: 'freeze', kind: 'freeze', over: 'all', endedBy: 'clock', forMs: 1, behind: false } as const;
  const when = abort.when;
  expect(await ended('undone', { act: { ...freezing, policy: 'undo', when } })).toEqual([]);
  expect(await ended('undone', { act: { ...freezing, policy: 'hold', when } })).toEqual([
    'deployment 2 (rollout) ended as undone',
  ]);
});
