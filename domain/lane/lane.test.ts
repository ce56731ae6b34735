import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deploymentNumber, releaseNumber } from '../names.ts';
import {
  ahead,
  inStartOrder,
  apply,
  emptyLane,
  isOpen,
  nextStep,
  type LaneEvent,
  type LaneState,
  type OpenDeployment,
} from './lane.ts';

const open = (number: number, changed: Partial<OpenDeployment> = {}): OpenDeployment => ({
  deployment: deploymentNumber(number),
  release: releaseNumber(number + 300),
  kind: 'rollout',
  key: `key-${number}`,
  started: false,
  ...changed,
});
const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T12:00:00Z' };
const after = (...events: readonly LaneEvent[]): LaneState => events.reduce(apply, emptyLane);
const opened = (...numbers: readonly number[]): readonly LaneEvent[] =>
  numbers.map((number) => ({ kind: 'opened', deployment: open(number) }));
const started = (number: number): LaneEvent => ({ kind: 'started', deployment: deploymentNumber(number) });
const ended = (number: number, left: LaneState['lock'] = null): LaneEvent => ({
  kind: 'ended',
  deployment: deploymentNumber(number),
  lock: left,
});

describe('a lane', () => {
  test('waits for a submission when it is empty', () => {
    expect(nextStep(emptyLane)).toEqual({ do: 'wait', until: 'submitted' });
  });

  test('starts what came first, and the next when that has ended', () => {
    const two = after(...opened(1, 2));
    expect(nextStep(two)).toEqual({ do: 'start', deployment: open(1) });
    expect(nextStep(apply(two, started(1)))).toEqual({ do: 'wait', until: 'active ends' });
    expect(nextStep(after(...opened(1, 2), started(1), ended(1)))).toEqual({ do: 'start', deployment: open(2) });
  });

  test('has one active deployment, also when word comes late that another was started', () => {
    const state = after(...opened(1, 2), started(1), started(2));
    expect(state).toMatchObject({ active: { deployment: 1 }, queue: [{ deployment: 2 }] });
  });

  test('keeps the order of numbers when answers come in another', () => {
    expect(nextStep(after(...opened(3, 2)))).toMatchObject({ deployment: { deployment: 2 } });
  });

  test('knows what waits by its new numbers once a rollback has gone before it', () => {
    const state = after(...opened(1, 2, 3), started(1), { kind: 'opened', deployment: open(4, { kind: 'rollback' }) });
    const stored = [open(1, { started: true }), open(4, { kind: 'rollback' }), open(6), open(5)];
    const requeued = apply(state, { kind: 'requeued', open: stored });
    expect(requeued.active?.deployment).toBe(1);
    expect(requeued.queue.map(({ deployment }) => deployment)).toEqual([4, 5, 6]);
    expect(apply(requeued, { kind: 'requeued', open: stored })).toEqual(requeued);
  });

  test('starts nothing while it is locked, and goes on when it is opened', () => {
    const locked = after(...opened(1), { kind: 'locked', lock });
    expect(nextStep(locked)).toEqual({ do: 'wait', until: 'unlocked' });
    expect(nextStep(apply(locked, { kind: 'unlocked' }))).toMatchObject({ do: 'start' });
  });

  test('lets the active deployment go on when it is locked', () => {
    const state = after(...opened(1), started(1), { kind: 'locked', lock });
    expect(state.active?.deployment).toBe(1);
    expect(nextStep(state)).toEqual({ do: 'wait', until: 'active ends' });
  });

  test('starts a rollback before all others, locked or not', () => {
    const rollback = open(3, { kind: 'rollback' });
    const state = after(...opened(1, 2), { kind: 'locked', lock }, { kind: 'opened', deployment: rollback });
    expect(nextStep(state)).toEqual({ do: 'start', deployment: rollback });
    expect(ahead(state, rollback.deployment)).toBe(0);
    expect(inStartOrder(state.queue).map(({ deployment }) => deployment)).toEqual([3, 1, 2]);
    expect(ahead(state, deploymentNumber(2))).toBe(2);
  });

  test('starts a hotfix after rollbacks and before all others, locked or not', () => {
    const [rollback, hotfix] = [open(4, { kind: 'rollback' }), open(3, { hotfix: true })];
    const all = [...opened(1, 2), { kind: 'opened', deployment: hotfix }, { kind: 'opened', deployment: rollback }];
    const state = after(...(all as LaneEvent[]), { kind: 'locked', lock });
    expect(inStartOrder(state.queue).map(({ deployment }) => deployment)).toEqual([4, 3, 1, 2]);
    const next = apply(apply(state, started(4)), ended(4));
    expect(nextStep(next)).toEqual({ do: 'start', deployment: hotfix });
    expect(nextStep(apply(apply(next, started(3)), ended(3)))).toEqual({ do: 'wait', until: 'unlocked' });
  });

  test('is locked by a deployment that was undone', () => {
    expect(nextStep(after(...opened(1, 2), started(1), ended(1, lock)))).toEqual({ do: 'wait', until: 'unlocked' });
  });

  test('keeps the first lock, whose reason people have to know', () => {
    const second = { ...lock, owner: 'ada', reason: 'another' };
    expect(after({ kind: 'locked', lock }, { kind: 'locked', lock: second }).lock).toEqual(lock);
    expect(after({ kind: 'locked', lock }, ...opened(1), started(1), ended(1, second)).lock).toEqual(lock);
    const timed = { ...lock, until: '2026-11-24T13:00:00Z' };
    const stays = { ...lock, reason: 'INC-7; another' };
    expect(after({ kind: 'locked', lock: timed }, ...opened(1), started(1), ended(1, second)).lock).toEqual(stays);
  });

  test('forgets a queued deployment that was cancelled', () => {
    expect(after(...opened(1, 2), ended(1)).queue).toEqual([open(2)]);
  });

  test('forgets what was superseded while it waited, never what is active', () => {
    const both = [deploymentNumber(1), deploymentNumber(2)];
    const state = after(...opened(1, 2, 3), started(1), { kind: 'superseded', deployments: both });
    expect(state).toMatchObject({ active: { deployment: 1 }, queue: [{ deployment: 3 }] });
  });

  test('ignores the end of what it does not know', () => {
    expect(after(...opened(1), ended(9, lock))).toEqual(after(...opened(1)));
  });
});

describe('a fresh lane', () => {
  test('adopts the deployment that runs, the queue and the lock', () => {
    const running = open(1, { started: true });
    const state = after({ kind: 'loaded', lock, open: [open(3), running, open(2)] });
    expect(state).toEqual({ lock, active: running, queue: [open(2), open(3)] });
  });

  test('asks a second started one to start again: only one is ever active', () => {
    const both = [open(1, { started: true }), open(2, { started: true })];
    const state = after({ kind: 'loaded', lock: null, open: both });
    expect(nextStep(state)).toEqual({ do: 'wait', until: 'active ends' });
    expect(nextStep(apply(state, ended(1)))).toMatchObject({ do: 'start', deployment: { deployment: 2 } });
  });
});

const events: fc.Arbitrary<LaneEvent> = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((n): LaneEvent => ({
    kind: 'opened',
    deployment: open(n, { kind: n === 6 ? 'rollback' : 'rollout', hotfix: n === 5 }),
  })),
  fc.integer({ min: 1, max: 6 }).map(started),
  fc.integer({ min: 1, max: 6 }).map((n) => ended(n, n === 2 ? lock : null)),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 6 }).map(deploymentNumber))
    .map((deployments): LaneEvent => ({ kind: 'superseded', deployments })),
  fc.constantFrom<LaneEvent>({ kind: 'locked', lock }, { kind: 'unlocked' }),
);

describe('in any order of events', () => {
  test('an event that comes twice changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(events), events, (before, event) => {
        const once = apply(after(...before), event);
        expect(apply(once, event)).toEqual(once);
      }),
    );
  });

  test('no deployment stands twice, the active one is never queued, and the queue is in order', () => {
    fc.assert(
      fc.property(fc.array(events), (all) => {
        const { active, queue } = after(...all);
        const numbers = queue.map(({ deployment }) => deployment);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        expect(active === null || !numbers.includes(active.deployment)).toBe(true);
      }),
    );
  });

  test('whatever may start is open, was not started, and is a rollback or hotfix if the lane is locked', () => {
    fc.assert(
      fc.property(fc.array(events), (all) => {
        const state = after(...all);
        const step = nextStep(state);
        if (step.do === 'wait') return;
        expect(state.active).toBeNull();
        expect(isOpen(state, step.deployment.deployment)).toBe(true);
        expect(ahead(state, step.deployment.deployment)).toBe(0);
        const { kind, hotfix } = step.deployment;
        expect(state.lock === null || kind === 'rollback' || hotfix === true).toBe(true);
        const waits = state.queue.filter((each) => each.kind === 'rollback');
        expect(waits.length === 0 || kind === 'rollback').toBe(true);
      }),
    );
  });
});

describe('how many go before', () => {
  const state = after(...opened(1, 2, 3), started(1));

  test.each([
    [1, 0],
    [2, 1],
    [3, 2],
    [9, 3],
  ])('deployment %d: %d', (deployment, count) => {
    expect(ahead(state, deploymentNumber(deployment))).toBe(count);
  });

  test('where nothing is active', () => {
    const waiting = after(...opened(1, 2));
    expect([1, 2, 9].map((number) => ahead(waiting, deploymentNumber(number)))).toEqual([0, 1, 2]);
  });
});

describe('a lock', () => {
  const until = { ...lock, until: '2026-11-24T13:00:00Z' };
  const state = after({ kind: 'locked', lock });

  test('is given another end by who set it', () => {
    expect(apply(state, { kind: 'locked', lock: until }).lock).toEqual(until);
  });

  test.each([
    ['by another', { ...until, owner: 'ada' }],
    ['at another time', { ...until, since: '2026-11-24T12:00:01Z' }],
  ])('is not taken over by one that was set %s', (_how, other) => {
    expect(apply(state, { kind: 'locked', lock: other }).lock).toEqual(lock);
  });

  test('is not there any more when it was opened, and an open lane stays as it is', () => {
    expect(apply(state, { kind: 'unlocked' }).lock).toBeNull();
    expect(apply(emptyLane, { kind: 'unlocked' })).toBe(emptyLane);
  });
});

test('the end of what waits leaves what is active, and what is started is known as such', () => {
  const state = after(...opened(1, 2), started(1), ended(2));
  expect(state).toEqual({ lock: null, active: open(1, { started: true }), queue: [] });
  expect(after(...opened(1), started(7)).active).toBeNull();
});

test('new numbers of what waits leave out what runs, and what was started before', () => {
  const state = after(...opened(1), started(1), {
    kind: 'requeued',
    open: [open(1), open(4), open(2, { started: true }), open(3)],
  });
  expect(state.queue).toEqual([open(3), open(4)]);
  expect(after({ kind: 'requeued', open: [open(2)] }).queue).toEqual([open(2)]);
});
