import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KeyObject } from 'node:crypto';
import { newHost, type HostState, type TakenGoal } from '../../domain/host/service-state.ts';
import { regionName, type RegionName } from '../../domain/names.ts';
import { verifyRoot } from '../../protocol/root-document.ts';
import type { OfferedGoal, OfferedIndex } from '../../protocol/gateway.ts';
import type { GoalIndex } from '../../protocol/goal-index.ts';
import { startHostLoop, type HostLoop } from '../host-loop.ts';
import { indexOver } from '../testing/test-index.ts';
import { checkout, startTestRegion, testHost, testRegion, type TestRegion } from '../testing/test-region.ts';
import { newKey } from '../testing/trust.ts';
import { verifyGoal, type GoalVerifier } from '../trust/verify-goal.ts';
import { takeIndex } from './take-index.ts';

const version = 10;
let region: TestRegion;
let verifier: GoalVerifier;
let loop: HostLoop;
let warned: unknown[];
let held: OfferedGoal;

/** A host that has the goal `held`, proven by an index of version 10. */
beforeEach(async () => {
  region = await startTestRegion();
  const root = verifyRoot(region.trust.root);
  if (!root.ok) throw new Error(root.reason);
  verifier = { host: testHost, region: testRegion, keys: root.keys };
  loop = hostLoop();
  warned = [];
  held = goalOf(10);
  await see(held);
  await take(indexOf([held]));
});
afterEach(() => region.gateway.goDown());

const base = () => region.publish({ number: 1 });
const goalOf = (generation: number): OfferedGoal => region.offer({ deployment: 1, generation, base: base() });
const log = {
  ...console,
  debug: () => 0,
  info: () => 0,
  error: () => 0,
  warn: (...all: unknown[]) => warned.push(all),
};
const take = (offered: OfferedIndex | null) => takeIndex(offered, { loop, verifier, log });
const provenUntil = () => loop.state.services.get(checkout)!.provenUntilMs;

interface Signed {
  readonly key?: KeyObject;
  readonly region?: RegionName;
  readonly version?: number;
  readonly change?: Partial<GoalIndex>;
}
const indexOf = (goals: readonly OfferedGoal[], signed: Signed = {}): OfferedIndex =>
  indexOver(
    goals,
    signed.key ?? region.trust.director,
    signed.region ?? testRegion,
    signed.version ?? version,
    signed.change,
  );
const later = { expiresAt: new Date(Date.now() + 86_400_000).toISOString() };

function taken(offer: OfferedGoal): TakenGoal {
  const verified = verifyGoal(offer, { labels: {}, maintenance: false }, verifier);
  if (!verified.ok) throw new Error(verified.reason);
  return verified.goal;
}
const see = (offer: OfferedGoal) =>
  loop.dispatch({ type: 'goalSeen', service: checkout, goal: taken(offer), provenUntilMs: 0, atMs: Date.now() });
const until = async (offer: OfferedGoal, index: OfferedIndex | null): Promise<number> => {
  const { goal, etag } = taken(offer);
  return (await take(index))({ service: checkout, generation: goal.generation, etag });
};

function hostLoop(): HostLoop {
  const remembered: HostState = newHost(testHost);
  const memory = { remembered, damage: [], append: async () => {}, compact: async () => {}, close: async () => {} };
  return startHostLoop({
    memory,
    carryOut: () => undefined,
    onFatal: (error) => expect(error).toBeNull(),
    now: Date.now,
  });
}

describe('a goal index', () => {
  test('vouches for the goal that a host has, and for one that comes with it, for six hours', async () => {
    expect(provenUntil() - Date.now()).toBeGreaterThan(5.9 * 3_600_000);
    expect(provenUntil() - Date.now()).toBeLessThanOrEqual(6 * 3_600_000);
    const next = goalOf(11);
    expect(await until(next, indexOf([next], { version: 11, change: later }))).toBe(Date.parse(later.expiresAt));
    expect([loop.state.indexVersion, warned]).toEqual([11, []]);
  });

  test.each<[string, Signed]>([
    ['that is older than one that was seen', { version: 9 }],
    ['of another region', { region: regionName('us-east') }],
    ['of another director', { key: newKey() }],
    ['with more than the format has', { change: { more: 1 } as Partial<GoalIndex> }],
  ])('%s proves nothing, and takes nothing away', async (_which, signed) => {
    const before = provenUntil();
    const change = { ...later, ...signed.change };
    expect(await until(held, indexOf([held], { version: 11, ...signed, change }))).toBe(0);
    expect([provenUntil(), loop.state.indexVersion]).toEqual([before, version]);
    expect(warned).toHaveLength(1);
  });

  test('is no index when it was signed as a goal, nor when there is none', async () => {
    expect(await until(held, { index: held.goal, proofs: [] })).toBe(0);
    expect(await until(held, null)).toBe(0);
    expect(loop.state.indexVersion).toBe(version);
  });

  test('of a region that has a newer goal does not vouch for the one that a host was left with', async () => {
    const before = provenUntil();
    const offered = indexOf([goalOf(12)], { version: 12, change: later });
    expect(await until(held, offered)).toBe(0);
    expect([provenUntil(), loop.state.indexVersion]).toEqual([before, 12]);
  });

  test('of one time and a goal of another do not go together, whatever proof is offered with them', async () => {
    const [older, newer] = [goalOf(13), goalOf(14)];
    const [index, other] = [indexOf([older], { version: 13 }), indexOf([newer], { version: 14 })];
    expect(await until(newer, { ...index, proofs: other.proofs })).toBe(0);
    expect(await until(older, { index: other.index, proofs: index.proofs })).toBe(0);
  });
});
