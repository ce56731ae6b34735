import { describe, expect, test } from '@jest/globals';
import type { Position } from '../../../domain/names.ts';
import { hostNames } from '../scenario/draw-run.ts';
import type { FleetRun, Way } from '../scenario/scenario.ts';
import { judgeRun } from './judge-run.ts';
import type { HostEnd, RunEnd } from './run-end.ts';

const names = hostNames(100);
const vanishes: Way = { kind: 'away', from: { on: 'begun', afterMs: 0 }, until: 'never', memory: 'kept' };
const returns: Way = { ...vanishes, until: 'end' };

const runOf = (ways: Readonly<Record<number, Way>> = {}): FleetRun => ({
  seed: 1,
  number: 1,
  service: 'run-1',
  release: 'good',
  batches: [1, '100%'],
  budgetPercent: 5,
  bakeMs: 0,
  act: null,
  hosts: names.map((host, at) => ({ host, badHere: false, way: ways[at] ?? { kind: 'steady' } })),
});

const hostEnd = (at: number, over: Partial<HostEnd> = {}): HostEnd => ({
  host: names[at]!,
  position: String(at).padStart(16, '0') as Position,
  runs: 'second',
  sinceMs: 500,
  isAway: false,
  touched: true,
  returnedAtMs: null,
  switches: 1,
  ...over,
});

/** A good release that went everywhere. */
const endOf = (over: Partial<RunEnd> = {}, hosts: Readonly<Record<number, Partial<HostEnd>>> = {}): RunEnd => ({
  outcome: 'succeeded',
  reason: null,
  held: false,
  act: 'none',
  pending: [],
  endedAtMs: 1_000,
  batches: [
    { number: 1, hosts: names.slice(0, 1) },
    { number: 2, hosts: names.slice(1) },
  ],
  cut: null,
  hosts: names.map((_, at) => hostEnd(at, hosts[at])),
  open: [],
  obligations: 0,
  deployments: 2,
  recordedEnds: ['run-1/1', 'run-1/2'],
  ...over,
});

test('a run that came out right has nothing wrong about it', () => {
  expect(judgeRun(runOf(), endOf())).toEqual([]);
});

const back = Object.fromEntries(names.map((_, at) => [at, { runs: 'first', touched: at === 0 } as const]));

describe('what is wrong is said', () => {
  test.each<[string, FleetRun, RunEnd, string]>([
    ['an undo of what is good', runOf(), endOf({ outcome: 'undone' }, back), 'ended undone, and succeeded is right'],
    ['a person who was asked for nothing', runOf(), endOf({ held: true }), 'a person was asked without need'],
    ['a region that owes its undo', runOf(), endOf({ pending: ['eu'] }), 'eu owed its undo'],
    ['a host on the old release', runOf(), endOf({}, { 7: { runs: 'first' } }), 'host-8 ends on the first release'],
    ['a host that runs nothing', runOf(), endOf({}, { 7: { runs: 'nothing' } }), 'host-8 ends on nothing'],
    ['a host that is away', runOf(), endOf({}, { 7: { isAway: true } }), 'host-8 did not come back'],
    [
      'a host that is late',
      runOf({ 7: returns }),
      endOf({}, { 7: { returnedAtMs: 2_000, sinceMs: 62_001 } }),
      '60001 ms after',
    ],
    ['a switch that was redone', runOf(), endOf({}, { 7: { switches: 3 } }), 'host-8 changed over 3 times'],
    ['an open workflow', runOf(), endOf({ open: ['deployment:run-1:2'] }), 'deployment:run-1:2 has not closed'],
    ['what is owed', runOf(), endOf({ obligations: 1 }), '1 obligations are not met'],
    ['a third deployment', runOf(), endOf({ deployments: 3 }), 'there are 3 deployments'],
    ['an end recorded twice', runOf(), endOf({ recordedEnds: ['a/1', 'a/2', 'a/2'] }), 'ends of a/1, a/2, a/2'],
    [
      'a batch twice',
      runOf(),
      endOf({
        batches: [
          { number: 1, hosts: [] },
          { number: 1, hosts: [] },
        ],
      }),
      'numbered 1, 1',
    ],
  ])('%s', (_, run, end, said) => {
    expect(judgeRun(run, end)).toContainEqual(expect.stringContaining(said));
  });

  test('a bad release that went on after its canary', () => {
    const run: FleetRun = {
      ...runOf(),
      release: 'bad-everywhere',
      hosts: runOf().hosts.map((host) => ({ ...host, badHere: true })),
    };
    expect(judgeRun(run, endOf({ outcome: 'undone' }, back))).toEqual(['batch 2 began, and 1 had to be the last']);
  });

  test('a host that had the release before its turn', () => {
    const only = [{ number: 1, hosts: names.slice(0, 1) }];
    const cut = hostEnd(0).position;
    const end = endOf({ outcome: 'undone', act: 'made', batches: only, cut }, { ...back, 9: { runs: 'first' } });
    expect(judgeRun(runOf(), end)).toEqual(['host-10 had the release before its turn']);
  });
});

test('an undo that may be right is wrong where it blames a host that did as it should', () => {
  const ways = { 0: { kind: 'away', from: { on: 'healthy', afterMs: 0 }, until: 'end', memory: 'kept' } } as const;
  const undone = (reason: string) =>
    endOf({ outcome: 'undone', reason, batches: [{ number: 1, hosts: names.slice(0, 1) }] }, back);
  expect(judgeRun(runOf(ways), undone('eu: of 1 hosts 1 lost (host-1)'))).toEqual([]);
  expect(judgeRun(runOf(ways), undone('eu: of 1 hosts 1 lost (host-12)'))).toEqual([
    expect.stringContaining('host-12 is blamed'),
  ]);
});

test('a region that waits for who is gone for good may owe its undo for longer', () => {
  const bad = {
    ...runOf({ 7: vanishes, 50: { kind: 'liar', lie: 'old-attempt' } }),
    release: 'bad-everywhere',
  } as const;
  const run = { ...bad, hosts: bad.hosts.map((host) => ({ ...host, badHere: true })) };
  const end = endOf({ outcome: 'undone', batches: [{ number: 1, hosts: names.slice(0, 1) }] }, back);
  expect(judgeRun(run, { ...end, pending: ['eu'], obligations: 1 })).toEqual([]);
  expect(judgeRun(run, { ...end, obligations: 1 })).toEqual(['1 obligations are not met']);
});

test('who is gone for good is not waited for', () => {
  expect(judgeRun(runOf({ 7: vanishes }), endOf({}, { 7: { isAway: true, runs: 'first' } }))).toEqual([]);
});
