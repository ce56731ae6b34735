import { describe, expect, test } from '@jest/globals';
import type { Digest } from '../names.ts';
import { intend, type Intention } from './intention.ts';
import type { ServiceState } from './service-state.ts';
import { goalOf, hostOn, releases, type GoalInput } from './simulated-goals.ts';

const [a, b, c] = releases;
const { state, service } = hostOn();
const running = state.services.get(service)!;
const coming: GoalInput = { deployment: 2, generation: 2, base: a, next: b };
const nowMs = 1_000;
const intendOf = (goal: GoalInput, more: Partial<ServiceState> = {}): Intention =>
  intend(state.host, { ...running, floor: null, goal: goalOf(goal), ...more }, nowMs);
const refused = [{ deployment: goalOf(coming).goal.attempt.deployment, digest: b, reason: 'crashed' }];
const expired = { expiresAtMs: nowMs };
const staging = { ...coming, allowed: false };

describe('a host means to', () => {
  test.each<[string, Intention, { run: Digest | null; fetch: readonly Digest[]; switching: boolean }]>([
    [
      'bring the next release to disk, and runs on until then',
      intendOf(coming),
      { run: a, fetch: [b], switching: true },
    ],
    ['switch when all is on disk', intendOf(coming, { onDisk: [a, b] }), { run: b, fetch: [], switching: true }],
    [
      'bring its base to disk too, before it switches',
      intendOf(coming, { onDisk: [b] }),
      { run: a, fetch: [a], switching: true },
    ],
    [
      'bring it to disk before its batch, without a switch',
      intendOf(staging),
      { run: a, fetch: [b], switching: false },
    ],
    ['leave alone what has failed here', intendOf(staging, { refused }), { run: a, fetch: [], switching: false }],
    [
      'fetch nothing without an admission',
      intendOf({ ...staging, admitted: false }),
      { run: a, fetch: [], switching: false },
    ],
    ['fetch nothing in a hold', intendOf({ ...staging, mode: 'hold' }), { run: a, fetch: [], switching: false }],
    [
      'fetch nothing where no release comes',
      intendOf({ ...staging, next: null }),
      { run: a, fetch: [], switching: false },
    ],
    [
      'fetch the base again that it runs',
      intendOf({ ...staging, next: null, mode: 'undo' }, { onDisk: [] }),
      { run: a, fetch: [a], switching: false },
    ],
    [
      'fetch its own lost tree before the next release',
      intendOf(staging, { onDisk: [] }),
      { run: a, fetch: [a], switching: false },
    ],
    [
      'fetch the base that it runs, and whose tree is lost',
      intendOf({ ...staging, next: null }, { onDisk: [] }),
      { run: a, fetch: [a], switching: false },
    ],
    [
      'not fetch a lost tree that nobody vouches for',
      intendOf({ ...staging, keep: [c] }, { current: c, onDisk: [a, b] }),
      { run: c, fetch: [], switching: false },
    ],
    [
      'stop where nothing is to run',
      intendOf({ ...coming, base: null, next: null }),
      { run: null, fetch: [], switching: false },
    ],
    [
      'go on under a goal that it ignores',
      intendOf(coming, { floor: { ...goalOf({ ...coming, deployment: 3 }).goal, contentDigest: c } }),
      { run: a, fetch: [], switching: false },
    ],
    [
      'install nothing by an expired goal',
      intendOf({ ...coming, ...expired }, { onDisk: [a, b] }),
      { run: a, fetch: [], switching: false },
    ],
    ['fetch nothing by an expired goal', intendOf({ ...coming, ...expired }), { run: a, fetch: [], switching: false }],
    [
      'stop nothing by an expired goal',
      intendOf({ ...coming, base: null, next: null, ...expired }),
      { run: a, fetch: [], switching: false },
    ],
    [
      'go back by an expired goal to what is on disk',
      intendOf({ ...coming, mode: 'undo', ...expired }, { current: b, onDisk: [a, b] }),
      { run: a, fetch: [], switching: false },
    ],
    [
      'go back by no expired goal to what is not',
      intendOf({ ...coming, mode: 'undo', ...expired }, { current: b, onDisk: [b] }),
      { run: b, fetch: [], switching: false },
    ],
    [
      'go on without a goal',
      intend(state.host, { ...running, goal: null }, nowMs),
      { run: a, fetch: [], switching: false },
    ],
    [
      'obey a pin without a goal',
      intend(state.host, { ...running, goal: null, pin: c, onDisk: [a, c] }, nowMs),
      { run: c, fetch: [], switching: false },
    ],
    [
      'run on where the tree of its pin is lost',
      intendOf(coming, { pin: c, onDisk: [a] }),
      { run: a, fetch: [], switching: false },
    ],
    [
      'run on there without a goal too',
      intend(state.host, { ...running, goal: null, pin: c, onDisk: [a] }, nowMs),
      { run: a, fetch: [], switching: false },
    ],
    [
      'obey a pin whatever its goal brings, expired or not',
      intendOf({ ...coming, ...expired }, { pin: b, onDisk: [a, b] }),
      { run: b, fetch: [], switching: false },
    ],
  ])('%s', (_what, { reason, ...intention }, expected) => {
    expect(intention).toEqual(expected);
    expect(reason).not.toBe('');
  });

  test.each([
    ['install nothing', coming, { onDisk: [a, b] }, a],
    ['go back to what is on disk', { ...coming, mode: 'undo' }, { current: b, onDisk: [a, b] }, a],
    ['stop nothing', { ...coming, base: null, next: null }, {}, a],
  ] as const)('and %s by a goal that no fresh index proves', (_what, goal, more, run) => {
    expect(intendOf(goal, { ...more, provenUntilMs: nowMs })).toMatchObject({
      run,
      fetch: [],
      reason: 'no fresh goal index proves the goal',
    });
    expect(intendOf(coming, { provenUntilMs: nowMs + 1 }).fetch).toEqual([b]);
  });

  test('and says that its goal has expired, to the millisecond', () => {
    expect(intendOf({ ...coming, expiresAtMs: nowMs }).reason).toBe('the goal has expired');
    expect(intendOf({ ...coming, expiresAtMs: nowMs + 1 }).reason).toBe('in a batch that was allowed');
    expect(intend(state.host, { ...running, goal: null }, nowMs).reason).toBe('no goal yet');
  });
});
