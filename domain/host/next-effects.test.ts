import { describe, expect, test } from '@jest/globals';
import type { Effect } from './effects.ts';
import { startHealth } from './health.ts';
import { nextEffects, unneededTrees } from './next-effects.ts';
import type { ServiceState } from './service-state.ts';
import { goalOf, hostOn, releases, type GoalInput } from './simulated-goals.ts';

const [a, b, c] = releases;
const { state, service } = hostOn();
const running = state.services.get(service)!;
const instance = running.instance!;
const nowMs = 5_000_000;
const coming: GoalInput = { deployment: 2, generation: 2, base: a, next: b };
const under = (goal: GoalInput, more: Partial<ServiceState> = {}): ServiceState => ({
  ...running,
  floor: null,
  goal: { ...goalOf(goal), traceparent: '00-1' },
  ...more,
});
const effects = (of: ServiceState): readonly Effect[] => nextEffects(state.host, of, nowMs);
const { attempt, generation } = goalOf(coming).goal;
const onTrial = { kind: 'forward', from: a, to: b, attempt, generation, stage: 'switched' } as const;
const onNext = { current: b, before: a, onDisk: [a, b], instance: { ...instance, release: b } } as const;
const failure = { release: b, reason: 'answered 500' };
const switching = { do: 'switch', service, attempt, generation, traceparent: '00-1', refusal: null } as const;
const problem = { failures: 3, retryAtMs: nowMs, reason: 'no peer' };
const well = { ...startHealth(0), phase: 'healthy' } as const;

describe('a host has to', () => {
  test.each<[string, ServiceState, readonly Effect[]]>([
    ['do nothing where all is as it should be', under({ ...coming, next: null }), []],
    ['do nothing without a goal', { ...running, goal: null }, []],
    ['fetch what it goes on to', under(coming), [{ do: 'fetch', service, release: b, config: b, failures: 0 }]],
    [
      'fetch again when it is time, and tells how often it failed',
      under(coming, { fetchProblem: problem }),
      [{ do: 'fetch', service, release: b, config: b, failures: 3 }],
    ],
    ['not fetch before it is time', under(coming, { fetchProblem: { ...problem, retryAtMs: nowMs + 1 } }), []],
    ['not fetch twice at once', under(coming, { fetching: b }), []],
    ['end a fetch that is not wanted any more', under(coming, { fetching: c }), [{ do: 'cancelFetch', service }]],
    [
      'end such a fetch also while it acts',
      under(coming, { fetching: c, acting: true }),
      [{ do: 'cancelFetch', service }],
    ],
    ['not fetch while it acts', under(coming, { acting: true }), []],
    [
      'switch when all is there',
      under(coming, { onDisk: [a, b] }),
      [{ ...switching, kind: 'forward', from: a, to: b }],
    ],
    ['not switch while it acts', under(coming, { onDisk: [a, b], acting: true }), []],
    ['not act again too soon after an act that failed', under(coming, { onDisk: [a, b], actAfterMs: nowMs + 1 }), []],
    [
      'act again when it is time',
      under(coming, { onDisk: [a, b], actAfterMs: nowMs }),
      [{ ...switching, kind: 'forward', from: a, to: b }],
    ],
    [
      'start what it has switched to',
      under(coming, { ...onNext, trial: onTrial, instance }),
      [{ do: 'start', service, release: b }],
    ],
    [
      'wait for the health of what is on trial',
      under(coming, { ...onNext, trial: onTrial, health: startHealth(0) }),
      [],
    ],
    [
      'confirm what is healthy',
      under(coming, { ...onNext, trial: onTrial, health: well }),
      [{ do: 'confirm', service, release: b }],
    ],
    [
      'stop what has nothing to run',
      under({ ...coming, base: null, next: null }, { current: null }),
      [{ do: 'stop', service }],
    ],
    [
      'confirm that nothing runs',
      under({ ...coming, base: null, next: null }, { current: null, instance: null, trial: { ...onTrial, to: null } }),
      [{ do: 'confirm', service, release: null }],
    ],
    [
      'start again at once what ended once',
      under({ ...coming, next: null }, { instance: null, exits: [nowMs] }),
      [{ do: 'start', service, release: a }],
    ],
    [
      'wait before it starts again what ends again and again',
      under({ ...coming, next: null }, { instance: null, exits: [nowMs - 1, nowMs] }),
      [],
    ],
    [
      'not start what is not on disk',
      under({ ...coming, next: null }, { instance: null, onDisk: [] }),
      [{ do: 'fetch', service, release: a, config: a, failures: 0 }],
    ],
    [
      'run another whole release while the tree of its own is lost',
      under({ ...coming, next: null, keep: [] }, { current: a, before: b, instance: null, onDisk: [b] }),
      [{ ...switching, kind: 'forward', from: a, to: b }],
    ],
    [
      'run its previous one where no other is whole',
      under({ ...coming, next: null }, { current: a, before: null, previous: c, instance: null, onDisk: [c] }),
      [{ ...switching, kind: 'forward', from: a, to: c }],
    ],
    [
      'leave what runs although its tree is lost',
      under({ ...coming, next: null }, { before: b, onDisk: [b] }),
      [{ do: 'fetch', service, release: a, config: a, failures: 0 }],
    ],
    [
      'move previous after the base has moved',
      under({ ...coming, next: null }, { formerBase: b, onDisk: [a, b] }),
      [{ do: 'movePrevious', service, release: b }],
    ],
    ['not move previous to what is not on disk', under({ ...coming, next: null }, { formerBase: b }), []],
    ['not move previous twice', under({ ...coming, next: null }, { formerBase: b, previous: b, onDisk: [a, b] }), []],
    [
      'remove what nothing needs',
      under({ ...coming, next: null }, { onDisk: [a, b, c], before: b }),
      [{ do: 'collect', service, releases: [c] }],
    ],
    ['remove nothing while it fetches', under(coming, { onDisk: [a, c], fetching: b }), []],
  ])('%s', (_what, of, expected) => {
    expect(effects(of)).toEqual(expected);
  });
});

describe('a release that failed', () => {
  const refusal = { deployment: attempt.deployment, digest: b, reason: 'answered 500' };
  const back = { ...switching, kind: 'revert', from: b, to: a, refusal } as const;

  test.each<[string, ServiceState, readonly Effect[]]>([
    ['on trial is left for what ran before', under(coming, { ...onNext, trial: onTrial, failure }), [back]],
    ['later in its deployment too', under(coming, { ...onNext, failure }), [back]],
    ['when its deployment is over is not', under({ ...coming, base: b, next: null }, { ...onNext, failure }), []],
    [
      'and was left says nothing of what runs',
      under(coming, { ...onNext, failure: { ...failure, release: a }, health: startHealth(0) }),
      [],
    ],
    [
      'is left for nothing where nothing ran before',
      under({ ...coming, base: null }, { ...onNext, onDisk: [b], before: null, trial: onTrial, failure }),
      [{ ...back, to: null }],
    ],
    [
      'stays where there is nothing to go back to',
      under(coming, { ...onNext, onDisk: [b], trial: onTrial, failure, health: startHealth(0) }),
      [{ do: 'fetch', service, release: a, config: a, failures: 0 }],
    ],
    [
      'on the way back is not left',
      under(coming, { ...onNext, trial: { ...onTrial, kind: 'revert', to: b }, failure, health: startHealth(0) }),
      [],
    ],
  ])('%s', (_which, of, expected) => {
    expect(effects(of)).toEqual(expected);
  });

  test('tells why in at most 500 characters', () => {
    const long = under(coming, { ...onNext, trial: onTrial, failure: { ...failure, reason: 'x'.repeat(900) } });
    expect(effects(long)).toMatchObject([{ refusal: { reason: 'x'.repeat(500) } }]);
  });

  test('is left before all else when the agent was killed in between, by the trace of that switch', () => {
    const trial = { ...onTrial, kind: 'revert', from: b, to: a, stage: 'intended' } as const;
    const lastSwitch = { traceparent: '00-2', startedAtMs: 1, switchedAtMs: null };
    const complete = { ...switching, kind: 'revert', from: b, to: a, traceparent: '00-2' } as const;
    expect(effects(under(coming, { ...onNext, trial, lastSwitch, failure }))).toEqual([complete]);
    expect(effects(under(coming, { ...onNext, trial, lastSwitch: null }))).toEqual([
      { ...complete, traceparent: null },
    ]);
  });
});

test('a tree is needed where a host is, may be told to go, or can go back to', () => {
  const d = 'sha256:d' as typeof a;
  const onDisk = [a, b, c, d];
  const of = (more: Partial<ServiceState>) =>
    unneededTrees(under({ ...coming, base: a, next: b }, { onDisk, ...more }));
  expect(of({})).toEqual([c, d]);
  for (const needed of [{ before: c }, { previous: c }, { pin: c }, { formerBase: c }, { current: c }])
    expect(of(needed)).toEqual([d]);
  expect(of({ instance: { ...instance, release: c } })).toEqual([d]);
  expect(of({ trial: onTrial })).toEqual([]);
  expect(of({ goal: null })).toEqual([]);
});
