import { doneOnce } from './done-once.ts';
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type { Generation } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import type { HostEvidence, RegionEvidence, RunEvidence } from '../evidence/evidence.ts';
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
