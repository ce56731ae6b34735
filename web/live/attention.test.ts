import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { sleepAfterMs, watchAttention } from './attention.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

class FakePage extends EventTarget {
  visibilityState: 'visible' | 'hidden' = 'visible';

  turn(to: 'visible' | 'hidden'): void {
    this.visibilityState = to;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

function watched(visibility: 'visible' | 'hidden' = 'visible') {
  const page = Object.assign(new FakePage(), { visibilityState: visibility });
  const network = new EventTarget();
  const told: string[] = [];
  const watcher = { slept: () => void told.push('slept'), woke: () => void told.push('woke') };
  return { page, network, told, end: watchAttention(watcher, page, network) };
}

test('a page that stays hidden sleeps, and wakes at once when it is seen', () => {
  const { page, told } = watched();
  page.turn('hidden');
  jest.advanceTimersByTime(sleepAfterMs - 1);
  expect(told).toEqual([]);
  jest.advanceTimersByTime(1);
  page.turn('visible');
  expect(told).toEqual(['slept', 'woke']);
});

test('who only glances away is not taken to be gone', () => {
  const { page, told } = watched();
  page.turn('hidden');
  jest.advanceTimersByTime(sleepAfterMs - 1);
  page.turn('visible');
  jest.advanceTimersByTime(10 * sleepAfterMs);
  expect(told).toEqual(['woke']);
});

test('a page that is opened behind others sleeps from the beginning', () => {
  expect(watched('hidden').told).toEqual(['slept']);
  expect(watched('visible').told).toEqual([]);
});

test('the network that is back wakes only who is seen', () => {
  const { page, network, told } = watched();
  network.dispatchEvent(new Event('online'));
  page.turn('hidden');
  network.dispatchEvent(new Event('online'));
  expect(told).toEqual(['woke']);
});

test('a page that was left is told nothing more', () => {
  const { page, network, told, end } = watched();
  page.turn('hidden');
  end();
  jest.advanceTimersByTime(sleepAfterMs);
  page.turn('visible');
  network.dispatchEvent(new Event('online'));
  expect(told).toEqual([]);
});
