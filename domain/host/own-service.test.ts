import { describe, expect, test } from '@jest/globals';
import type { ServiceName } from '../names.ts';
import { apply } from './apply.ts';
import { ownService, waitsForOthers } from './own-service.ts';
import type { HostState, ServiceState } from './service-state.ts';
import { goalOf, hostOn, releases, type GoalInput } from './simulated-goals.ts';
import { replay } from './transition.ts';

const [a, b] = releases;
const nowMs = 5_000_000;
const { state, service: checkout } = hostOn();
const running = state.services.get(checkout)!;
const coming: GoalInput = { deployment: 2, generation: 2, base: a, next: b };
const { attempt, generation } = goalOf(coming).goal;
const onTrial = { kind: 'forward', from: a, to: b, attempt, generation, stage: 'switched' } as const;
const failure = { release: b, reason: 'answered 500' };

const at = (name: ServiceName, more: Partial<ServiceState> = {}): ServiceState => ({
  ...running,
  service: name,
  floor: null,
  goal: goalOf({ ...coming, next: null }),
  provenUntilMs: 1e15,
  ...more,
});
const switched = {
  current: b,
  before: a,
  trial: onTrial,
  goal: goalOf(coming),
  onDisk: [a, b],
  instance: { ...running.instance!, release: b },
};
const ready = { goal: goalOf(coming), onDisk: [a, b] };
const hostWith = (...services: readonly ServiceState[]): HostState => ({
  ...state,
  services: new Map(services.map((each) => [each.service, each])),
});

describe('the agent comes last on its host', () => {
  test.each<[string, Partial<ServiceState>, Partial<ServiceState>, boolean]>([
    ['goes on when all else is at rest', ready, {}, false],
    ['waits for an act on another service', ready, { acting: true }, true],
    ['waits for a trial of another service', ready, { trial: onTrial }, true],
    [
      'waits for no trial of another service that failed and has no way back',
      ready,
      { trial: onTrial, failure, current: b, onDisk: [b] },
      false,
    ],
    ['waits for a fetch of another service', ready, { fetching: b }, true],
    ['waits for a switch of another service that is due', ready, ready, true],
    ['waits for no switch that can not be done now', ready, { ...ready, actAfterMs: nowMs + 1 }, false],
    ['waits for nothing that is not allowed yet', ready, { goal: goalOf({ ...coming, allowed: false }) }, false],
    ['waits for nobody when its operator pinned it', { ...ready, pin: a }, { trial: onTrial }, false],
    [
      'waits for nobody on its way back',
      { ...ready, goal: goalOf({ ...coming, mode: 'undo' }) },
      { acting: true },
      false,
    ],
  ])('it %s', (_what, own, other, expected) => {
    const agent = at(ownService, own);
    expect(waitsForOthers(hostWith(agent, at(checkout, other)), agent, nowMs)).toBe(expected);
  });

  test.each<[string, Partial<ServiceState>, Partial<ServiceState>, boolean]>([
    ['goes on beside an agent at rest', {}, ready, false],
    ['waits while the agent is being replaced', { acting: true }, ready, true],
    ['waits while the agent is on trial', { trial: onTrial }, ready, true],
    ['waits for no agent that failed and stays', { trial: onTrial, failure }, ready, false],
    ['goes back beside an agent on trial', { trial: onTrial }, { goal: goalOf({ ...coming, mode: 'undo' }) }, false],
    ['follows its pin beside an agent on trial', { trial: onTrial }, { ...ready, pin: a }, false],
  ])('another service %s', (_what, own, other, expected) => {
    const service = at(checkout, other);
    expect(waitsForOthers(hostWith(at(ownService, own), service), service, nowMs)).toBe(expected);
  });

  test('is taken up the moment the last other service is confirmed', () => {
    const other = at(checkout, { ...switched });
    const host = hostWith(at(ownService, ready), other);
    expect(apply(host, { type: 'tick', atMs: nowMs }).effects.filter((each) => each.service === ownService)).toEqual(
      [],
    );
    const confirmed = apply(host, { type: 'confirmed', service: checkout, release: b, atMs: nowMs });
    expect(confirmed.effects).toContainEqual(expect.objectContaining({ do: 'switch', service: ownService, to: b }));
  });

  test('lets the others go on the moment it is confirmed itself', () => {
    const own = at(ownService, { ...switched });
    const host = hostWith(own, at(checkout, ready));
    expect(apply(host, { type: 'tick', atMs: nowMs }).effects.filter((each) => each.service === checkout)).toEqual([]);
    const confirmed = apply(host, { type: 'confirmed', service: ownService, release: b, atMs: nowMs });
    expect(confirmed.effects).toContainEqual(expect.objectContaining({ do: 'switch', service: checkout, to: b }));
  });

  test('a service that waits is started again all the same when it ends', () => {
    const ended = at(checkout, { ...ready, instance: null, exits: [] });
    const { effects } = apply(hostWith(at(ownService, { trial: onTrial }), ended), { type: 'tick', atMs: nowMs });
    expect(effects).toContainEqual({ do: 'start', service: checkout, release: a });
  });
});

test('a release that was found unfit before any switch is not switched to in that deployment', () => {
  const refusal = { deployment: attempt.deployment, digest: b, reason: 'it does not start' };
  const host = hostWith(at(ownService, { ...ready, acting: true }));
  const { state: after, effects } = apply(host, { type: 'refused', service: ownService, refusal, atMs: nowMs });
  expect(after.services.get(ownService)).toMatchObject({ acting: false, refused: [refusal], current: a });
  expect(effects).toEqual([]);
});

test('an agent that was gone back to reads a journal of a newer one, and leaves out what it does not know', () => {
  const host = hostWith(at(ownService));
  const unknown = { type: 'somethingNew', service: ownService, atMs: 1 } as never;
  const pinned = { type: 'pinned', service: ownService, release: b, atMs: 2 } as const;
  expect(replay(host, [unknown, pinned])).toEqual(replay(host, [pinned]));
});
