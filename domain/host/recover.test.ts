import { describe, expect, test } from '@jest/globals';
import type { FoundService } from './events.ts';
import { startHealth } from './health.ts';
import { linkToRestore, recover, recoverTrial } from './recover.ts';
import type { ServiceState, Trial } from './service-state.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';

const [a, b] = releases;
const host = hostOn();
const journalled = host.state.services.get(host.service)!;
const instance = journalled.instance!;
const atMs = 5_000_000;
const as: FoundService = { service: host.service, current: a, previous: b, onDisk: [a, b], instance, exit: null };
const { attempt, generation } = goalOf({ deployment: 2, generation: 2, base: a }).goal;
const trial: Trial = { kind: 'forward', from: a, to: b, attempt, generation, stage: 'intended' };
const exit = { instance: instance.id, how: 'killed by SIGKILL', atMs: 4_000_000 };

test('a fresh agent believes links, trees and processes, and begins to look anew', () => {
  const busy: ServiceState = {
    ...journalled,
    acting: true,
    actAfterMs: 9,
    problem: 'full',
    failure: { release: a, reason: 'x' },
  };
  expect(recover(busy, as, atMs)).toEqual({
    ...journalled,
    current: a,
    previous: b,
    onDisk: [a, b],
    instance,
    health: startHealth(atMs),
  });
  expect(recover(busy, { ...as, instance: null }, atMs)).toMatchObject({ instance: null, health: null });
});

describe('a trial', () => {
  const revert = { ...trial, kind: 'revert', from: b, to: a } as const;
  test.each<[string, Trial | null, FoundService['current'], Trial | null]>([
    ['that was intended, and whose link was moved, goes on', trial, b, { ...trial, stage: 'switched' }],
    ['that was intended, and whose link was not moved, is dropped', trial, a, null],
    ['that was made goes on', { ...trial, stage: 'switched' }, b, { ...trial, stage: 'switched' }],
    ['whose link was moved on by hand is dropped', { ...revert, stage: 'switched' }, b, null],
    ['that goes back, and whose link was not moved, is made complete', revert, b, revert],
    ['of nothing is none', null, a, null],
  ])('%s', (_which, of, current, expected) => {
    expect(recover({ ...journalled, trial: of }, { ...as, current }, atMs).trial).toEqual(expected);
  });
});

describe('an instance that ended while no agent ran', () => {
  const ended = (more: Partial<ServiceState>, found: Partial<FoundService> = {}) =>
    recover({ ...journalled, ...more }, { ...as, instance: null, exit, ...found }, atMs);
  const onTrial: Trial = { ...trial, from: b, to: a, stage: 'switched' };

  test('counts as an exit', () => {
    expect(ended({ exits: [3_900_000] })).toMatchObject({ exits: [3_900_000, 4_000_000], failure: null });
  });

  test('on trial fails its release', () => {
    expect(ended({ trial: onTrial }).failure).toEqual({ release: a, reason: 'killed by SIGKILL' });
  });

  test.each<[string, Partial<ServiceState>, Partial<FoundService>]>([
    ['on the way back', { trial: { ...onTrial, kind: 'revert' } }, {}],
    ['before another release was switched to', { trial: { ...trial, from: a, to: b } }, { current: b }],
    ['before a switch that was not made', { trial: { ...onTrial, stage: 'intended' } }, { current: b }],
  ])('%s fails nothing', (_when, more, found) => {
    expect(ended(more, found)).toMatchObject({ failure: null, exits: [4_000_000] });
  });

  test('and that the journal does not know says nothing', () => {
    expect(ended({ instance: null }).exits).toEqual([]);
    expect(ended({ instance: { ...instance, id: 'older' } }).exits).toEqual([]);
  });
});

test('ends that are ahead of the clock, which was set back since, keep nothing waiting', () => {
  const known = { ...journalled, exits: [atMs - 1, atMs + 3_600_000] };
  expect(recover(known, as, atMs).exits).toEqual([atMs - 1]);
  const ended = recover(journalled, { ...as, instance: null, exit: { ...exit, atMs: atMs + 3_600_000 } }, atMs);
  expect(ended.exits).toEqual([atMs]);
});

describe('the link "current", when it points nowhere,', () => {
  const nowhere = { ...as, current: null };
  const stop: Trial = { ...trial, to: null };
  const lost = { current: null, goal: null };
  test.each<[string, Partial<ServiceState>, Partial<FoundService>, FoundService['current']]>([
    ['is set to what runs', { current: b }, {}, a],
    ['is set to what was current', { current: b }, { instance: null }, b],
    ['is set to what ran before when that is not whole', { current: b, before: a }, { instance: null, onDisk: [a] }, a],
    ['is set to the way back when the memory was lost', { ...lost, before: null }, { instance: null }, b],
    ['is set to what runs although nothing is remembered to', { current: null }, {}, a],
    ['stays so after a goal stopped what ran', { current: null, before: a }, { instance: null }, null],
    ['stays so when nothing is whole', { current: b }, { instance: null, onDisk: [] }, null],
    ['stays so when that was wanted', { trial: stop }, {}, null],
  ])('%s', (_what, more, found, expected) => {
    expect(linkToRestore({ ...journalled, ...more }, { ...nowhere, ...found })).toBe(expected);
  });

  test('is left alone where it points to something', () => {
    expect(linkToRestore({ ...journalled, current: b }, as)).toBeNull();
  });
});

test('a switch whose rename was made and whose sync failed was made', () => {
  expect(recoverTrial(trial, b)).toEqual({ ...trial, stage: 'switched' });
  expect(recoverTrial(trial, a)).toBeNull();
});
