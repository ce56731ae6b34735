import { expect, test } from '@jest/globals';
import { goesOnByToken, needsToken } from '../deployment/by-token.ts';
import { decideSkip } from '../deployment/leaving-waits.ts';
import { rolling } from '../deployment/standing.fixture.ts';
import { regionStates, type RegionState } from '../states.ts';
import { skippableIn, verbsOf, type OfferedVerb, type VerbFacts } from './offered-verbs.ts';
import type { WaitKind } from './waiting.ts';
import { apSouth, euWest, inRegion } from './why.fixture.ts';

const facts = (more: Partial<VerbFacts>): VerbFacts => ({
  kind: 'rollout',
  state: 'rolling',
  outcome: null,
  waitingFor: null,
  paused: false,
  held: false,
  stageAsked: false,
  pointOfNoReturn: false,
  regions: [inRegion(euWest, 'rolling')],
  isCurrent: false,
  isDeployable: true,
  reviewWanted: false,
  ...more,
});

test.each<[string, Partial<VerbFacts>, OfferedVerb[]]>([
  ['waits in the lane', { state: 'queued', regions: [] }, ['abort']],
  ['is built', { state: 'building', regions: [] }, ['reject', 'pause', 'abort']],
  [
    'waits for approval',
    { state: 'approving', waitingFor: 'approval', regions: [inRegion(euWest, 'ready')] },
    ['approve', 'break-glass', 'reject', 'pause', 'abort'],
  ],
  [
    'waits for approval of a later stage',
    { waitingFor: 'stage-approval' },
    ['approve', 'break-glass', 'reject', 'pause', 'abort'],
  ],
  [
    'is paused while a stage asks',
    { stageAsked: true, paused: true, waitingFor: 'resume' },
    ['approve', 'break-glass', 'reject', 'resume', 'abort'],
  ],
  [
    'waits for approval, and looks at no token',
    { state: 'approving', waitingFor: 'no-tokens', regions: [inRegion(euWest, 'ready')] },
    ['reject', 'pause', 'abort'],
  ],
  [
    'asks for a stage, and looks at no token',
    { stageAsked: true, waitingFor: 'no-tokens' },
    ['reject', 'pause', 'abort'],
  ],
  [
    'is paused, and looks at no token',
    {
      paused: true,
      waitingFor: 'no-tokens',
      regions: [inRegion(euWest, 'done'), inRegion(apSouth, 'rolling', { reason: 'no host' })],
    },
    ['abort'],
  ],
  ['would lose data, and looks at no token', { state: 'undoing', waitingFor: 'no-tokens' }, []],
  ['was stopped while a stage asked', { stageAsked: true, state: 'undoing', waitingFor: 'undo' }, ['end-undo']],
  ['rolls out', {}, ['pause', 'abort']],
  ['runs its first hooks', { regions: [inRegion(euWest, 'ready')] }, ['pause', 'abort']],
  ['is paused', { paused: true, waitingFor: 'resume' }, ['resume', 'abort']],
  ['is held', { held: true, waitingFor: 'decision' }, ['resume', 'abort']],
  ['bakes', { state: 'baking', waitingFor: 'bake' }, ['pause', 'promote', 'abort']],
  ['watches metrics while it bakes', { state: 'baking', waitingFor: 'metrics' }, ['pause', 'abort']],
  ['bakes and is paused', { state: 'baking', paused: true, waitingFor: 'bake' }, ['resume', 'abort']],
  [
    "can't reach a region",
    { waitingFor: 'regions', regions: [inRegion(euWest, 'done'), inRegion(apSouth, 'unreachable')] },
    ['pause', 'skip-region', 'abort'],
  ],
  ['waits for a choice', { held: true, waitingFor: 'choice' }, ['abort']],
  ['is past its point of no return', { pointOfNoReturn: true }, ['rollback']],
  ['is being undone', { state: 'undoing' }, ['end-undo']],
  ['would lose data', { state: 'undoing', waitingFor: 'data-loss' }, ['resume', 'end-undo']],
  ['runs', { state: 'succeeded', outcome: 'succeeded', isCurrent: true }, ['rollback']],
  ['ran once', { state: 'succeeded', outcome: 'succeeded' }, ['deploy']],
  ['was undone', { state: 'undone', outcome: 'undone' }, ['retry', 'deploy']],
  ['failed', { state: 'failed', outcome: 'failed' }, ['retry', 'deploy']],
  ['was cancelled', { state: 'cancelled', outcome: 'cancelled' }, ['retry', 'deploy']],
  ['was rejected', { state: 'rejected', outcome: 'rejected' }, ['deploy']],
  ['was undone as a rollback', { kind: 'rollback', state: 'undone', outcome: 'undone' }, ['deploy']],
  ['is to be reviewed', { reviewWanted: true }, ['pause', 'abort', 'review']],
  [
    'is to be reviewed, and is over',
    { outcome: 'succeeded', isCurrent: true, reviewWanted: true },
    ['rollback', 'review'],
  ],
  ['goes on under another number', { state: 'superseded', outcome: 'superseded' }, []],
  ['was never built', { state: 'failed', outcome: 'failed', isDeployable: false }, []],
])('what %s can be dealt with so', (_, more, verbs) => expect(verbsOf(facts(more))).toEqual(verbs));

test.each<[WaitKind, Partial<VerbFacts>]>([
  ['approval', { state: 'approving', regions: [] }],
  ['stage-approval', {}],
  ['resume', { paused: true }],
  ['decision', { held: true }],
  ['late-undo', { state: 'undoing' }],
  ['data-loss', { state: 'undoing' }],
])('what waits for %s goes on by a token, and is offered a verb that needs one', (waitingFor, more) => {
  expect(goesOnByToken(waitingFor)).toBe(true);
  expect(verbsOf(facts({ ...more, waitingFor })).filter(needsToken)).not.toEqual([]);
  expect(verbsOf(facts({ ...more, waitingFor: 'no-tokens' })).filter(needsToken)).toEqual([]);
});

const there = (state: RegionState, reason: string | null = null) => ({
  ...inRegion(apSouth, state),
  reason,
});
test.each<[string, Partial<VerbFacts>, boolean]>([
  ['does not answer', { regions: [inRegion(euWest, 'done'), there('unreachable')] }, true],
  ['has no host', { regions: [inRegion(euWest, 'done'), there('rolling', 'no host')] }, true],
  ['can not be copied to', { regions: [inRegion(euWest, 'ready'), there('replicating', 'not copied yet')] }, true],
  ['is held', { held: true, regions: [inRegion(euWest, 'done'), there('rolling', 'all hosts are pinned')] }, true],
  [
    'is ready, and is held',
    { held: true, regions: [inRegion(euWest, 'done'), there('done', 'held inside the region')] },
    true,
  ],
  ['is ready', { held: true, regions: [inRegion(euWest, 'done'), there('done')] }, false],
  [
    'is paused as another is held',
    { held: true, regions: [inRegion(euWest, 'rolling'), there('rolling', 'paused')] },
    false,
  ],
  ['moves', { regions: [inRegion(euWest, 'done'), there('rolling')] }, false],
  ['is the last that was not skipped', { regions: [inRegion(euWest, 'skipped'), there('unreachable')] }, false],
  ['is to be undone', { state: 'undoing', regions: [inRegion(euWest, 'rolling'), there('unreachable')] }, false],
])('a region that %s can be skipped: %s', (_, more, can) => {
  expect(skippableIn(facts(more))).toEqual(can ? [apSouth] : []);
});

test('of two regions that say why, the one that is held can be skipped, and not the one whose batch lasts', () => {
  const held = { ...inRegion(euWest, 'rolling'), reason: 'too many failed', held: true as const };
  expect(skippableIn(facts({ held: true, regions: [held, there('rolling', 'no free port')] }))).toEqual([euWest]);
});

const reasons = [null, 'paused', 'no host', 'not copied yet', 'held inside the region'];
const regionsThatStand = regionStates.flatMap((state) =>
  reasons.flatMap((reason) => [true, false].map((held) => [state, reason, held] as const)),
);
test.each(regionsThatStand)(
  'a region that is %s with the reason %j, held: %s, is offered if it may be skipped',
  (state, reason, held) => {
    const isHere = held && reason !== null && reason !== 'paused';
    const regions = [{ ...inRegion(euWest, 'done') }, there(state, reason)];
    const decided = decideSkip(
      rolling,
      regions.map((each) => ({ ...each, held: isHere && each.region === apSouth })),
      apSouth,
    );
    expect(skippableIn(facts({ held, regions }))).toEqual(decided.do === 'accept' ? [apSouth] : []);
  },
);
