import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pacedView } from './paced-view.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function counted() {
  const view = pacedView({ hosts: 0 });
  const shown: number[] = [];
  view.subscribe(() => shown.push(view.shown().hosts));
  return { view, shown };
}

test('a page is painted once a second at most, and always ends with the newest', () => {
  const { view, shown } = counted();
  for (let hosts = 1; hosts <= 50; hosts += 1) {
    view.update({ hosts }, 'in its turn');
    jest.advanceTimersByTime(50);
  }
  jest.advanceTimersByTime(1_000);
  expect(shown.length).toBeLessThanOrEqual(4);
  expect(shown.at(-1)).toBe(50);
});

test('what a person did is shown at once', () => {
  const { view, shown } = counted();
  view.update({ hosts: 1 }, 'in its turn');
  view.update({ hosts: 2 }, 'in its turn');
  expect(shown).toEqual([1]);
  view.hurry();
  view.update({ hosts: 3 }, 'in its turn');
  expect(shown).toEqual([1, 2, 3]);
});

test('a page that was left paints no more', () => {
  const { view, shown } = counted();
  view.update({ hosts: 1 }, 'at once');
  view.update({ hosts: 2 }, 'in its turn');
  view.close();
  jest.advanceTimersByTime(5_000);
  view.update({ hosts: 3 }, 'at once');
  expect([shown, view.shown()]).toEqual([[1], { hosts: 1 }]);
});
