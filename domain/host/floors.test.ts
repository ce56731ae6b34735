import { describe, expect, test } from '@jest/globals';
import { floorsOf, lostAt, withFloors } from './floors.ts';
import { newHost, serviceOf, type HostState } from './service-state.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';
import { transition } from './transition.ts';

const [a, b] = releases;
const host = hostOn();
const { service } = host;
const refusal = {
  deployment: goalOf({ deployment: 2, generation: 2, base: a }).goal.attempt.deployment,
  digest: b,
  reason: 'x',
};
const seen = (state: HostState, generation: number, provenUntilMs = 0): HostState =>
  transition(state, {
    type: 'goalSeen',
    service,
    goal: goalOf({ deployment: 1, generation, base: a }),
    provenUntilMs,
    atMs: 1,
  });
const floorOf = (state: HostState) => serviceOf(state, service).floor?.generation;

const root = (version: number, director: string): HostState['root'] => ({ version, director, revoked: [] });

describe('a memory that was lost', () => {
  const [lostMs, year] = [1_900_000_000_000, 31_536_000_000];
  const lost = lostAt(host.state, lostMs);

  test.each<[string, Parameters<typeof transition>[1], number]>([
    [
      'by a clock that was a year ahead was lost before it was set right',
      { type: 'clockSet', byMs: -year, atMs: lostMs - year },
      lostMs - year,
    ],
    [
      'by a clock that was set right before the agent started, too',
      { type: 'recovered', services: [], atMs: lostMs - year },
      lostMs - year,
    ],
    ['stays lost when it was', { type: 'recovered', services: [], atMs: lostMs + 1 }, lostMs],
    [
      'stays lost when it was, also when the clock goes on',
      { type: 'clockSet', byMs: year, atMs: lostMs + year },
      lostMs,
    ],
  ])('%s', (_what, event, expected) => {
    expect(transition(lost, event).memoryLostAtMs).toBe(expected);
    expect(transition(host.state, event).memoryLostAtMs ?? 0).toBe(0);
  });
});

describe('floors that were kept apart from a damaged memory', () => {
  test('are taken as they stood', () => {
    const older = seen(newHost(host.state.host), 3);
    const newer = { ...seen(older, 5), sequenceCeiling: 9, indexVersion: 4, timeFloorMs: 8, root: root(1, 'a') };
    expect(floorsOf(withFloors(older, floorsOf(newer)))).toEqual(floorsOf(newer));
    expect(floorOf(withFloors(newHost(host.state.host), floorsOf(newer)))).toBe(5);
  });

  test('hold what was refused and pinned', () => {
    const before = newHost(host.state.host);
    const kept = { ...floorsOf(before), services: [{ service, floor: null, refused: [refusal], pin: a }] };
    const raised = withFloors(before, kept);
    expect(serviceOf(raised, service)).toMatchObject({ refused: [refusal], pin: a });
  });

  test.each([null, root(1, 'stolen')])(
    'count anew with a new director, whatever the memory has of the one before (%j)',
    (before) => {
      const memory = { ...seen(newHost(host.state.host), 90, 9_999), indexVersion: 70, root: before };
      const kept = floorsOf({ ...seen(newHost(host.state.host), 2), indexVersion: 3, root: root(2, 'new') });
      const rebuilt = withFloors(memory, kept);
      expect(floorsOf(rebuilt)).toEqual(kept);
      expect(serviceOf(rebuilt, service).provenUntilMs).toBe(0);
      expect(floorOf(seen(rebuilt, 3))).toBe(3);
    },
  );

  test('refuse an older goal as if nothing had been damaged', () => {
    const raised = withFloors(newHost(host.state.host), floorsOf(seen(newHost(host.state.host), 5)));
    expect(floorOf(seen(raised, 4))).toBe(5);
    expect(floorOf(seen(raised, 6))).toBe(6);
  });
});

describe('a memory that lost its floors too', () => {
  // Simulated goals are issued at 0 ms.
  test.each<[string, number, number, number | undefined]>([
    ['takes up no goal that was signed before', 1, 0, undefined],
    ['takes up one that an index proves, as that was signed since', 1, 9_999, 3],
    ['takes up one that was signed since', 0, 0, 3],
  ])('%s', (_what, lostAtMs, provenUntilMs, expected) => {
    const lost = lostAt(newHost(host.state.host), lostAtMs);
    expect(floorOf(seen(lost, 3, provenUntilMs))).toBe(expected);
  });
});
