import { describe, expect, test } from '@jest/globals';
import type { ApiEvent, DeploymentSummary } from '../client/api.ts';
import { hostsKey, learn, type ChangeEvent, type Known } from './known.ts';
import { deploymentFixture, hostsFixture, laneFixture } from './known.fixture.ts';

const at = '2026-11-25T12:00:00Z';
const snapshot = (sequence: number, deploymentSequence: number, stage = 'canary'): ApiEvent => ({
  type: 'snapshot',
  sequence,
  at,
  deployments: [deploymentFixture({ sequence: deploymentSequence, stage })],
  lanes: [laneFixture()],
  hosts: [hostsFixture('eu-west', 3, at)],
});
const change = (sequence: number, deploymentSequence: number, stage: string): ChangeEvent => ({
  type: 'change',
  sequence,
  at,
  actor: 'slipway',
  verb: 'stage-started',
  object: 'checkout/87',
  message: `the stage ${stage} began`,
  deployment: deploymentFixture({ sequence: deploymentSequence, stage }),
  lane: laneFixture({ lock: { owner: 'ada', reason: stage, since: at } }),
});
const learnAll = (...events: readonly ApiEvent[]): Known =>
  events.reduce<Known | null>((known, event) => learn(known, event), null)!;
const shown = (known: Known): DeploymentSummary => known.deployments['checkout/87']!;

describe('what a page shows is never older than what it was told', () => {
  test('a change takes the place of what was there', () => {
    const known = learnAll(snapshot(10, 4), change(11, 5, 'world'));
    expect([shown(known).stage, known.sequence, known.changes.length]).toEqual(['world', 11, 1]);
  });

  test('an old snapshot that comes late is dropped', () => {
    expect(shown(learnAll(snapshot(10, 4), change(11, 5, 'world'), snapshot(10, 4))).stage).toBe('world');
  });

  test('a newer snapshot that holds an older deployment keeps the newer one', () => {
    const known = learnAll(change(11, 5, 'world'), snapshot(12, 4));
    expect([shown(known).stage, known.sequence]).toEqual(['world', 12]);
  });

  test('what waits in a lane waits for something else after the lane changed', () => {
    const locked = deploymentFixture({ sequence: 4, waiting: 'the lane is locked' });
    const event: ApiEvent = { ...change(11, 0, ''), object: 'checkout', deployment: null, queued: [locked] };
    expect(shown(learnAll(snapshot(10, 4), event)).waiting).toBe('the lane is locked');
  });

  test('changes told twice or out of order count once', () => {
    const known = learnAll(snapshot(10, 4), change(12, 6, 'verify'), change(11, 5, 'world'), change(12, 6, 'verify'));
    expect(shown(known).stage).toBe('verify');
    expect(known.changes.map(({ sequence }) => sequence)).toEqual([12]);
    expect(known.lanes.checkout?.lock?.reason).toBe('verify');
  });

  test("a region's older counts are dropped", () => {
    const later = '2026-11-25T12:00:09Z';
    const key = hostsKey('checkout', 'eu-west');
    const known = learnAll(
      snapshot(10, 4),
      { type: 'hosts', at, hosts: [hostsFixture('eu-west', 1, later)] },
      { type: 'hosts', at, hosts: [hostsFixture('eu-west', 2, at)] },
    );
    expect(known.hosts[key]?.hosts?.healthy).toBe(1);
  });
});

test('after a reset the next snapshot holds, although its numbers are lower', () => {
  const known = learnAll(snapshot(900, 40, 'world'), { type: 'reset', sequence: 3, at }, snapshot(3, 1, 'canary'));
  expect([shown(known).stage, known.sequence, known.isReset]).toEqual(['canary', 3, false]);
});

test('what has ended and is in no snapshot any more is not shown', () => {
  const known = learnAll(snapshot(10, 4), { ...snapshot(11, 4), deployments: [] } as ApiEvent);
  expect(known.deployments).toEqual({});
});

test('a heartbeat, and a kind of event that is not known here, change nothing', () => {
  const known = learnAll(snapshot(10, 4));
  expect(learn(known, { type: 'heartbeat', sequence: 10, at })).toEqual(known);
  expect(learn(known, { type: 'weather', at } as unknown as ApiEvent)).toBe(known);
});
