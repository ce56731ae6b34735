import { describe, expect, test } from '@jest/globals';
import { hostId, type HostId } from '../../../domain/names.ts';
import { watchIndexes } from './index-watch.ts';

const [a, b, c] = ['a', 'b', 'c'].map(hostId) as [HostId, HostId, HostId];
const minute = 60_000;

/** A gateway that offers an index of version 10, and a clock that is passed by hand. */
function gateway(most?: number) {
  let nowMs = 1_000_000;
  const offered: { newest: number | null } = { newest: 10 };
  const told: (readonly [HostId, boolean])[] = [];
  const watch = watchIndexes({
    newest: () => offered.newest,
    onChange: (host, isStale) => void told.push([host, isStale]),
    now: () => nowMs,
    ...(most !== undefined && { most }),
  });
  const pass = (ms: number): void => void (nowMs += ms);
  /** It says so every minute, for so many, the first and the last time included. */
  function sayFor(minutes: number, host: HostId, indexVersion: number): void {
    watch.hear(host, { indexVersion });
    for (let i = 0; i < minutes; i++) {
      pass(minute);
      watch.hear(host, { indexVersion });
    }
  }
  return { watch, offered, told, pass, sayFor };
}

describe('a host is counted', () => {
  test('when for five minutes it says no newer index, though one was offered; it is told of once', () => {
    const { watch, offered, told, pass, sayFor } = gateway();
    watch.hear(a, { indexVersion: 10 });
    offered.newest = 11;
    pass(1);
    watch.hear(a, { indexVersion: 10 });
    pass(minute);
    sayFor(4, a, 10);
    expect([watch.stale(), told]).toEqual([1, [[a, true]]]);
    sayFor(3, a, 10);
    expect([watch.stale(), told]).toEqual([1, [[a, true]]]);
  });

  test('not a moment before', () => {
    const { watch, offered, told, pass, sayFor } = gateway();
    watch.hear(a, { indexVersion: 10 });
    offered.newest = 11;
    sayFor(4, a, 10);
    pass(minute - 1);
    watch.hear(a, { indexVersion: 10 });
    expect([watch.stale(), told]).toEqual([0, []]);
    pass(1);
    watch.hear(a, { indexVersion: 10 });
    expect(watch.stale()).toBe(1);
  });

  test('though the index that it is shown changes, as long as it is one that was old', () => {
    const { watch, offered, sayFor } = gateway();
    sayFor(0, a, 10);
    offered.newest = 30;
    sayFor(0, a, 10);
    for (let version = 11; version < 17; version++) sayFor(1, a, version);
    expect(watch.stale()).toBe(1);
  });

  test('when it never took one up', () => {
    const { watch, sayFor } = gateway();
    sayFor(5, a, 0);
    expect(watch.stale()).toBe(1);
  });

  test('until it takes up one that was offered, which is told', () => {
    const { watch, offered, told, sayFor } = gateway();
    sayFor(5, a, 9);
    offered.newest = 12;
    watch.hear(a, { indexVersion: 11 });
    expect([watch.stale(), told]).toEqual([
      0,
      [
        [a, true],
        [a, false],
      ],
    ]);
  });

  test('until it is silent for two minutes and a half: then it is elsewhere, and begins anew', () => {
    const { watch, pass, sayFor } = gateway();
    sayFor(5, a, 9);
    pass(149_999);
    expect(watch.stale()).toBe(1);
    pass(1);
    expect(watch.stale()).toBe(0);
    sayFor(4, a, 9);
    expect(watch.stale()).toBe(0);
    sayFor(1, a, 9);
    expect(watch.stale()).toBe(1);
  });
});

describe('a host is not counted', () => {
  test('that takes up each index with a poll a minute, and reports in between', () => {
    const { watch, offered, told, pass } = gateway();
    let has = 10;
    for (let second = 0; second < 3_600; second++) {
      if (second % 55 === 0) offered.newest! += 1;
      if (second % 60 === 7) has = offered.newest!;
      if (second % 20 === 6) watch.hear(a, { indexVersion: has });
      pass(1_000);
      expect(watch.stale()).toBe(0);
    }
    expect(told).toEqual([]);
  });

  test('where no newer index is signed: that is not kept from it', () => {
    const { watch, sayFor } = gateway();
    sayFor(30, a, 10);
    expect(watch.stale()).toBe(0);
  });

  test('where none is offered, as while the database may be an older one', () => {
    const { watch, offered, sayFor } = gateway();
    offered.newest = null;
    sayFor(30, a, 7);
    expect(watch.stale()).toBe(0);
    offered.newest = 12;
    sayFor(0, a, 7);
    sayFor(4, a, 7);
    expect(watch.stale()).toBe(0);
  });

  test('of an agent that knows of no index', () => {
    const { watch, pass } = gateway();
    for (let i = 0; i < 30; i++) {
      watch.hear(a, {});
      pass(minute);
    }
    expect(watch.stale()).toBe(0);
  });

  test('when another director counts anew, below what was offered before', () => {
    const { watch, offered, sayFor } = gateway();
    offered.newest = 2 ** 40;
    sayFor(1, a, 2 ** 40);
    offered.newest = 20;
    sayFor(30, a, 20);
    expect(watch.stale()).toBe(0);
  });
});

test('beyond so many hosts the one that was heard first is forgotten', () => {
  const { watch, sayFor } = gateway(2);
  for (let i = 0; i < 6; i++) for (const host of [a, b]) sayFor(i === 0 ? 0 : 1, host, 9);
  expect(watch.stale()).toBe(2);
  watch.hear(c, { indexVersion: 9 });
  expect(watch.stale()).toBe(1);
});
