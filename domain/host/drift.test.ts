import { describe, expect, test } from '@jest/globals';
import { addMend, driftReason, driftState, releaseToRebuild, type Drift } from './drift.ts';
import { nextEffects } from './next-effects.ts';
import type { ServiceState } from './service-state.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';
import { transition } from './transition.ts';

const [a, b] = releases;
const { state, service: name } = hostOn();
const nowMs = 5_000_000;
const hour = 3_600_000;
const drift: Drift = {
  release: a,
  policy: 'mend',
  differences: [{ path: 'server.js', what: 'content' }],
  count: 3,
  foundAtMs: nowMs - 10,
  mendAtMs: nowMs,
  isMended: false,
  isRebuilt: false,
};
const running: ServiceState = {
  ...state.services.get(name)!,
  goal: goalOf({ deployment: 1, generation: 1, base: a }),
  drift,
};
const [id, threeMends] = [running.instance!.id, [nowMs - hour + 1, nowMs - 20, nowMs - 10]];
const { attempt, generation } = goalOf({ deployment: 1, generation: 1, base: a }).goal;
const trial = { kind: 'forward', from: b, to: a, attempt, generation, stage: 'switched' } as const;

describe('a changed tree is', () => {
  test.each<[string, Partial<Drift>, Partial<ServiceState>, string, boolean]>([
    ['mended', {}, {}, 'mending', true],
    ['left for a while, as other hosts may have it too', { mendAtMs: nowMs + 1 }, {}, 'found', false],
    ['only told, where the spec says so', { policy: 'report' }, {}, 'reported', false],
    ['given up after three mends within an hour', {}, { mends: threeMends }, 'given-up', false],
    [
      'mended when the first of them is an hour ago',
      {},
      { mends: [nowMs - hour, ...threeMends.slice(1)] },
      'mending',
      true,
    ],
    ['not made anew twice', { isRebuilt: true }, {}, 'mending', false],
    ['not touched on trial', {}, { trial }, 'mending', false],
    ["another release's business", { release: b }, {}, 'mending', false],
    ['mended only when what runs was started anew', { isMended: true }, { outdated: id }, 'mending', false],
    ['mended', { isMended: true }, {}, 'mended', false],
  ])('%s', (_what, ofDrift, more, expected, rebuilds) => {
    const service = { ...running, ...more, drift: { ...drift, ...ofDrift } };
    expect(driftState(service.drift, service, nowMs)).toBe(expected);
    expect(releaseToRebuild(service, nowMs)).toBe(rebuilds ? a : null);
  });
});

test('one sentence says what differs and what comes of it, and none once it is right', () => {
  expect(driftReason(running, nowMs)).toBe(
    'the installed tree was changed: server.js (content) and 2 more; it is being mended',
  );
  expect(driftReason({ ...running, mends: threeMends }, nowMs)).toContain(
    'mended 3 times within an hour, and changed again',
  );
  expect(driftReason({ ...running, drift: { ...drift, isMended: true } }, nowMs)).toBeNull();
});

describe('a host with a changed tree has to', () => {
  const effects = (more: Partial<ServiceState>) => nextEffects(state.host, { ...running, ...more }, nowMs);
  const rebuild = { do: 'rebuild', service: name, release: a, config: a, failures: 0 };
  test.each<[string, Partial<ServiceState>, readonly object[]]>([
    ['make a fresh one beside it', {}, [rebuild]],
    ['wait before it tries again', { fetchProblem: { failures: 1, retryAtMs: nowMs + 1, reason: 'full' } }, []],
    ['go on making it', { fetching: a }, []],
    [
      'put it in its place',
      { drift: { ...drift, isRebuilt: true } },
      [{ do: 'replaceTree', service: name, release: a }],
    ],
    [
      'start it anew then',
      { drift: { ...drift, isMended: true }, outdated: id },
      [{ do: 'start', service: name, release: a }],
    ],
    [
      'do what a deployment waits for first',
      { goal: goalOf({ deployment: 2, generation: 2, base: a, next: b }), fetching: a },
      [{ do: 'cancelFetch', service: name }],
    ],
    [
      'make it also of a release that its goal has not admitted: its bytes are known by digest',
      { goal: null },
      [{ ...rebuild, config: null }],
    ],
  ])('%s', (_what, more, expected) => {
    expect(effects(more)).toEqual(expected);
  });
});

test('what is started anew runs from the fresh tree', () => {
  const at = { service: name, atMs: nowMs };
  const replaced = transition(
    { ...state, services: new Map([[name, running]]) },
    { ...at, type: 'treeReplaced', release: a, instance: id },
  );
  expect(replaced.services.get(name)).toMatchObject({ outdated: id, mends: [nowMs] });
  const instance = { ...running.instance!, id: 'another' };
  const started = transition(replaced, { ...at, type: 'instanceStarted', instance });
  expect(started.services.get(name)).toMatchObject({ outdated: null });
});

test('it is the same drift while it lasts, and forgotten by the next release', () => {
  const host = { ...state, services: new Map([[name, running]]) };
  const at = { service: name, atMs: nowMs + 50 };
  const found = { policy: 'mend', differences: [], count: 9, mendAtMs: nowMs + 99 } as const;
  const again = transition(host, { ...at, ...found, type: 'driftFound', release: a });
  expect(again.services.get(name)?.drift).toMatchObject({ count: 9, foundAtMs: nowMs - 10, mendAtMs: nowMs });
  expect(transition(host, { ...at, type: 'switched', to: b }).services.get(name)?.drift).toBeNull();
});

test('few mends are remembered', () => {
  expect(addMend([1, 2, 3, 4, 5, 6, 7, 8], 9)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});
