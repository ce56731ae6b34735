import { describe, expect, test } from '@jest/globals';
import type { Digest, ServiceName } from '../names.ts';
import type { HostEvent } from './events.ts';
import type { Health } from './health.ts';
import { startHealth } from './health.ts';
import type { HostState, Instance, ServiceState } from './service-state.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';
import { transition } from './transition.ts';

const [a, b, c] = releases;
const quiet = hostOn();
const { service } = quiet;
const running = quiet.state.services.get(service)!;
const instance = running.instance!;
const atMs = 5_000_000;
const other: Instance = { ...instance, id: 'other', release: b };

type OfService = Extract<HostEvent, { readonly service: unknown }>;
type Told = OfService extends infer Each ? (Each extends OfService ? Omit<Each, 'service' | 'atMs'> : never) : never;

/** The service after one event. */
const after = (before: Partial<ServiceState>, event: Told): ServiceState => {
  const services = new Map([[service, { ...running, ...before }]]);
  const state = transition({ ...quiet.state, services }, { ...event, service, atMs } as HostEvent);
  return state.services.get(service)!;
};

const busy = { acting: true, actAfterMs: 9, problem: 'disk full' };
const done = { acting: false, actAfterMs: 0, problem: null };
const trial = {
  kind: 'forward',
  from: a,
  to: b,
  attempt: goalOf({ deployment: 2, generation: 2, base: a }).goal.attempt,
  generation: goalOf({ deployment: 2, generation: 2, base: a }).goal.generation,
  stage: 'intended',
} as const;
const switchTo = (more: object = {}) => {
  const { stage: _, ...intent } = trial;
  return { type: 'switchIntended', ...intent, traceparent: '00-1', refusal: null, ...more } as const;
};
const switchedNow = { lastSwitch: { traceparent: '00-1', startedAtMs: atMs, switchedAtMs: null } };
const startedNow = { health: startHealth(atMs) };
const refusal = { deployment: trial.attempt.deployment, digest: b, reason: 'answered 500' };

describe('what a host knows of a service', () => {
  test.each<[string, Partial<ServiceState>, Told, Partial<ServiceState>]>([
    ['after a goal that was refused', {}, { type: 'goalRefused', reason: 'not signed' }, { problem: 'not signed' }],
    ['when a fetch begins', {}, { type: 'fetchStarted', release: b }, { fetching: b }],
    [
      'while a fetch goes on, added up',
      { fetchedBytes: 5, reusedBytes: 7 },
      { type: 'fetchProgressed', fetchedBytes: 10, reusedBytes: 20 },
      { fetchedBytes: 15, reusedBytes: 27 },
    ],
    [
      'when its operator pins it: at once, whatever the last act ran into',
      { ...busy, acting: false },
      { type: 'pinned', release: b },
      { pin: b, actAfterMs: 0, problem: null },
    ],
    ['when its operator unpins it', { pin: b }, { type: 'unpinned' }, { pin: null }],
    [
      'after a fetch',
      { fetching: b, fetchProblem: { failures: 2, retryAtMs: 9, reason: 'slow' } },
      { type: 'fetched', release: b },
      { fetching: null, fetchProblem: null, onDisk: [a, b] },
    ],
    [
      'after a fetch of what was there',
      { fetching: a },
      { type: 'fetched', release: a },
      { fetching: null, onDisk: [a] },
    ],
    ['when a fetch was cancelled', { fetching: b }, { type: 'fetchCancelled', release: b }, { fetching: null }],
    [
      'when a fetch failed',
      { fetching: b },
      { type: 'fetchFailed', release: b, reason: 'no peer', retryAtMs: 77 },
      { fetching: null, fetchProblem: { failures: 1, retryAtMs: 77, reason: 'no peer' } },
    ],
    [
      'when it failed again',
      { fetching: b, fetchProblem: { failures: 1, retryAtMs: 9, reason: 'slow' } },
      { type: 'fetchFailed', release: b, reason: 'no peer', retryAtMs: 77 },
      { fetching: null, fetchProblem: { failures: 2, retryAtMs: 77, reason: 'no peer' } },
    ],
    [
      'before a switch',
      { before: null, exits: [1, 2] },
      switchTo(),
      { trial, before: a, exits: [], lastSwitch: { traceparent: '00-1', startedAtMs: atMs, switchedAtMs: null } },
    ],
    [
      'before a switch away from what is not proven',
      { before: c, trial },
      switchTo({ from: b, to: a }),
      { ...switchedNow, before: c, trial: { ...trial, from: b, to: a } },
    ],
    [
      'before a revert',
      { before: c, refused: [] },
      switchTo({ kind: 'revert', from: b, to: a, refusal }),
      { ...switchedNow, before: c, refused: [refusal], trial: { ...trial, kind: 'revert', from: b, to: a } },
    ],
    [
      'after a switch',
      { ...busy, trial, failure: { release: a, reason: 'crashed' } },
      { type: 'switched', to: b },
      { ...done, current: b, failure: null, trial: { ...trial, stage: 'switched' } },
    ],
    [
      'after a switch that no intent is known of',
      { trial: null },
      { type: 'switched', to: b },
      { current: b, trial: null },
    ],
    [
      'after the first start since a switch',
      { ...busy, current: b, lastSwitch: { traceparent: null, startedAtMs: 1, switchedAtMs: null } },
      { type: 'instanceStarted', instance: other },
      {
        ...done,
        instance: other,
        health: startHealth(atMs),
        lastSwitch: { traceparent: null, startedAtMs: 1, switchedAtMs: atMs },
      },
    ],
    [
      'after a start of what it does not switch to',
      { lastSwitch: { traceparent: null, startedAtMs: 1, switchedAtMs: null } },
      { type: 'instanceStarted', instance: other },
      { ...startedNow, instance: other, lastSwitch: { traceparent: null, startedAtMs: 1, switchedAtMs: null } },
    ],
    [
      'after a later start',
      { lastSwitch: { traceparent: null, startedAtMs: 1, switchedAtMs: 2 } },
      { type: 'instanceStarted', instance },
      { ...startedNow, lastSwitch: { traceparent: null, startedAtMs: 1, switchedAtMs: 2 } },
    ],
    [
      'that never switched, after a start',
      { lastSwitch: null },
      { type: 'instanceStarted', instance },
      { ...startedNow, lastSwitch: null },
    ],
    [
      'after a stop for good',
      busy,
      { type: 'instanceStopped', purpose: 'stop' },
      { ...done, instance: null, health: null },
    ],
    [
      'after a stop that makes room: the start comes yet',
      busy,
      { type: 'instanceStopped', purpose: 'restart' },
      { ...busy, instance: null, health: null },
    ],
    ['after a trial is confirmed', { ...busy, trial }, { type: 'confirmed', release: b }, { ...done, trial: null }],
    ['after previous has moved', busy, { type: 'previousMoved', release: c }, { ...done, previous: c }],
    [
      'after trees were removed',
      { ...busy, onDisk: [a, b, c] },
      { type: 'collected', releases: [b, c] },
      { ...done, onDisk: [a] },
    ],
    [
      'that could not switch: it is decided afresh',
      { ...busy, trial },
      { type: 'actFailed', reason: 'no space', retryAtMs: 88 },
      { acting: false, actAfterMs: 88, problem: 'no space', trial: null },
    ],
    [
      'that could not start after a switch: that has been made',
      { ...busy, trial: { ...trial, stage: 'switched' } },
      { type: 'actFailed', reason: 'no space', retryAtMs: 88 },
      { acting: false, actAfterMs: 88, problem: 'no space' },
    ],
    [
      'that could not revert: a revert is made complete',
      { ...busy, trial: { ...trial, kind: 'revert' } },
      { type: 'actFailed', reason: 'no space', retryAtMs: 88 },
      { acting: false, actAfterMs: 88, problem: 'no space' },
    ],
  ])('%s', (_when, before, event, expected) => {
    expect(after(before, event)).toEqual({ ...running, ...before, ...expected });
  });

  test('keeps the newest 32 refusals', () => {
    const refused = Array.from({ length: 32 }, (_, index) => ({ ...refusal, reason: `${index}` }));
    const kept = after({ refused }, switchTo({ kind: 'revert', refusal })).refused;
    expect(kept).toHaveLength(32);
    expect(kept.slice(-2)).toEqual([refused[31], refusal]);
  });
});

describe('an instance that ends', () => {
  const exited = { type: 'instanceExited', instance: instance.id, how: 'exit code 1' } as const;
  const onTrial = { trial: { ...trial, to: a, stage: 'switched' } } as const;

  test.each<[string, Partial<ServiceState>, Told, ServiceState['failure']]>([
    ['once is no failure of its release', {}, exited, null],
    ['on trial fails its release at once', onTrial, exited, { release: a, reason: 'exit code 1' }],
    ['on the way back fails nothing', { trial: { ...onTrial.trial, kind: 'revert' } }, exited, null],
    ['while another release is on trial fails nothing', { trial: { ...trial, stage: 'switched' } }, exited, null],
    [
      'in a loop fails its release, and says how often',
      { exits: [atMs - 2, atMs - 1] },
      exited,
      { release: a, reason: 'ended 3 times, last: exit code 1' },
    ],
    [
      'on trial in a loop says how it ended',
      { ...onTrial, exits: [atMs - 2, atMs - 1] },
      exited,
      { release: a, reason: 'exit code 1' },
    ],
    [
      'leaves what is known of another failure',
      { failure: { release: b, reason: 'older' } },
      exited,
      { release: b, reason: 'older' },
    ],
  ])('%s', (_how, before, event, failure) => {
    const exits = [...(before.exits ?? []), atMs];
    expect(after(before, event)).toEqual({ ...running, ...before, instance: null, health: null, exits, failure });
  });

  test('and is not the one that runs changes nothing', () => {
    expect(after({}, { ...exited, instance: 'older' })).toEqual(running);
    expect(after({ instance: null }, exited)).toEqual({ ...running, instance: null });
  });

  test('before it had started fails its release on trial, and ends the act', () => {
    const before = { ...busy, current: b, trial: { ...trial, stage: 'switched' } as const };
    const failed = after(before, { type: 'startFailed', release: b, reason: 'no such command' });
    expect(failed).toMatchObject({ ...done, failure: { release: b, reason: 'no such command' }, exits: [atMs] });
  });
});

describe('a look at an instance', () => {
  const look = (outcome: 'success' | 'failure', id = instance.id) =>
    ({ type: 'healthObserved', instance: id, result: { outcome, reason: 'answered 500' } }) as Told;
  const nearly: Health = { ...startHealth(0), phase: 'healthy', failures: 1 };
  const failure = { release: a, reason: 'answered 500' };

  test('that makes it unhealthy fails its release', () => {
    expect(after({ health: nearly }, look('failure'))).toMatchObject({ failure, health: { phase: 'unhealthy' } });
  });

  test('that finds it well forgives, unless it is in a crash loop', () => {
    expect(after({ health: nearly, failure }, look('success')).failure).toBeNull();
    expect(after({ health: nearly, failure, exits: [atMs, atMs, atMs] }, look('success')).failure).toEqual(failure);
    expect(after({ health: startHealth(0), failure }, look('success')).failure).toEqual(failure);
  });

  test('that is another one, or gone, or not looked after says nothing', () => {
    expect(after({ health: nearly }, look('failure', 'older'))).toEqual({ ...running, health: nearly });
    expect(after({ health: nearly, instance: null }, look('failure')).failure).toBeNull();
    expect(after({ health: null }, look('failure'))).toEqual({ ...running, health: null });
  });
});

describe('a goal that is seen', () => {
  const next = goalOf({ deployment: 2, generation: 2, base: a, next: b });
  const problem = { failures: 1, retryAtMs: 9, reason: 'no peer' };

  test('is taken up, with its floor, and forgets what the last one ran into', () => {
    const seen = after({ fetchProblem: problem, problem: 'not signed' }, { type: 'goalSeen', goal: next });
    const { attempt, generation } = next.goal;
    expect(seen).toMatchObject({ goal: next, fetchProblem: null, problem: null });
    expect(seen.floor).toEqual({ attempt, generation, contentDigest: next.contentDigest });
  });

  test('again keeps what its fetch ran into', () => {
    const { attempt, generation } = next.goal;
    const floor = { attempt, generation, contentDigest: next.contentDigest };
    const seen = after({ floor, goal: next, fetchProblem: problem }, { type: 'goalSeen', goal: next });
    expect(seen.fetchProblem).toEqual(problem);
  });

  test('that is older changes nothing but says so', () => {
    const seen = after({}, { type: 'goalSeen', goal: goalOf({ deployment: 0, generation: 9, base: b }) });
    expect(seen).toEqual({ ...running, problem: 'the goal is older than one that was taken up' });
  });

  test('moves the base that was', () => {
    const finished = goalOf({ deployment: 2, generation: 3, base: b });
    expect(after({}, { type: 'goalSeen', goal: finished }).formerBase).toBe(a);
    expect(after({ goal: null, floor: null }, { type: 'goalSeen', goal: finished }).formerBase).toBeNull();
  });

  test('never lets the time go back', () => {
    const issuedAt = new Date(9_000).toISOString();
    const goal = { ...next, goal: { ...next.goal, issuedAt } };
    const see = (timeFloorMs: number) =>
      transition({ ...quiet.state, timeFloorMs }, { type: 'goalSeen', service, goal, atMs }).timeFloorMs;
    expect([see(0), see(10_000)]).toEqual([9_000, 10_000]);
  });
});

describe('a goal index', () => {
  const [indexed] = [...quiet.state.services.values()];
  const etag = indexed!.goal!.etag;
  const index = { type: 'indexSeen', version: 7, issuedAtMs: 5_000, expiresAtMs: 9_000, atMs } as const;
  const provenUntil = (state: HostState) => state.services.get(service)?.provenUntilMs;
  const seen = transition({ ...quiet.state, indexVersion: 6 }, { ...index, proven: [{ service, etag }] });

  test('proves the goal that is in it until it expires, and lets the time not go back', () => {
    expect([provenUntil(seen), seen.indexVersion, seen.timeFloorMs]).toEqual([9_000, 7, 5_000]);
  });

  test('proves no other goal of the service, and none that a host has not', () => {
    const other = transition(seen, {
      ...index,
      expiresAtMs: 20_000,
      proven: [{ service, etag: `sha256:${'f'.repeat(64)}` as Digest }],
    });
    expect(provenUntil(other)).toBe(9_000);
    const stranger = { service: 'search' as ServiceName, etag };
    expect(transition(seen, { ...index, proven: [stranger] }).services.has(stranger.service)).toBe(false);
  });

  test('that is older than one that was seen says nothing; the same one may come again', () => {
    const late = { ...index, expiresAtMs: 20_000, proven: [{ service, etag }] };
    expect(transition(seen, { ...late, version: 6 })).toBe(seen);
    expect(provenUntil(transition(seen, late))).toBe(20_000);
  });

  test('that proved a goal proves nothing of the one that follows', () => {
    const goal = goalOf({ deployment: 3, generation: 9, base: a });
    const after = transition(seen, { type: 'goalSeen', service, goal, atMs });
    expect(provenUntil(after)).toBe(0);
    expect(provenUntil(transition(seen, { type: 'goalSeen', service, goal, provenUntilMs: 8, atMs }))).toBe(8);
  });
});

describe('a root document', () => {
  const root = { version: 2, director: 'one', revoked: [] };
  const first = transition(quiet.state, { type: 'rootSeen', root, issuedAtMs: 7, atMs });
  const goal = goalOf({ deployment: 2, generation: 2, base: a, next: b });
  const seen = transition(
    { ...first, indexVersion: 9, timeFloorMs: 1e15 },
    { type: 'goalSeen', service, goal, provenUntilMs: 8, atMs },
  );
  const serviceIn = (state: HostState) => state.services.get(service)!;

  test('that is the first, or names the same director, lets stand what the host has promised', () => {
    const again = transition(seen, { type: 'rootSeen', root: { ...root, version: 3 }, issuedAtMs: 7, atMs });
    expect(again.root?.version).toBe(3);
    expect({ ...again, root }).toEqual(seen);
    expect({ ...first, root: null }).toEqual(quiet.state);
  });

  test('with another director frees it from all that the one before has signed: its counts, its time, its goal', () => {
    const another = transition(seen, { type: 'rootSeen', root: { ...root, director: 'two' }, issuedAtMs: 7, atMs });
    expect([another.indexVersion, another.timeFloorMs]).toEqual([0, 7]);
    expect(serviceIn(another)).toMatchObject({ floor: null, provenUntilMs: 0, goal: { etag: goal.etag }, current: a });
    const lower = goalOf({ deployment: 1, generation: 1, base: a });
    const next = transition(another, { type: 'goalSeen', service, goal: lower, provenUntilMs: 8, atMs });
    expect(serviceIn(next).floor?.generation).toBe(1);
  });

  test('that revokes a release takes away what admitted it, and nothing of the others', () => {
    const revoking = transition(seen, { type: 'rootSeen', root: { ...root, revoked: [b] }, issuedAtMs: 7, atMs });
    expect(serviceIn(revoking).goal).toMatchObject({ admitted: false, admittedReleases: [{ release: a }] });
    expect(serviceIn(revoking).goal?.admittedReleases).toHaveLength(1);
    const other = transition(seen, { type: 'rootSeen', root: { ...root, revoked: [c] }, issuedAtMs: 7, atMs });
    expect(serviceIn(other)).toEqual(serviceIn(seen));
  });
});

test.each([3_600_000, -3_600_000])('a clock that is set by %i ms changes no duration, and nothing else', (byMs) => {
  const service_ = {
    ...running,
    health: startHealth(100),
    exits: [5, 7],
    actAfterMs: 9,
    fetchProblem: { failures: 1, retryAtMs: 11, reason: 'away' },
    gapSinceMs: 13,
  };
  const state = { ...quiet.state, services: new Map([[service, service_]]) };
  const set = transition(state, { type: 'clockSet', byMs, atMs });
  expect(set.services.get(service)).toEqual({
    ...service_,
    health: startHealth(100 + byMs),
    exits: [5 + byMs, 7 + byMs],
    actAfterMs: 9 + byMs,
    fetchProblem: { failures: 1, retryAtMs: 11 + byMs, reason: 'away' },
    gapSinceMs: 13 + byMs,
  });
  expect({ ...set, services: state.services }).toEqual(state);
  const quietly = transition(quiet.state, { type: 'clockSet', byMs, atMs }).services.get(service)!;
  expect([quietly.actAfterMs, quietly.fetchProblem, quietly.gapSinceMs]).toEqual([0, null, null]);
});

test('sequences of reports only go up, and time alone changes nothing', () => {
  const state = { ...quiet.state, sequenceCeiling: 100 };
  const reserve = (ceiling: number) => transition(state, { type: 'sequenceReserved', ceiling, atMs }).sequenceCeiling;
  expect([reserve(200), reserve(50)]).toEqual([200, 100]);
  expect(transition(state, { type: 'tick', atMs })).toBe(state);
});
