import { afterEach, expect, test } from '@jest/globals';
import { remember, remembered } from './remembered.ts';

afterEach(() => void Reflect.deleteProperty(globalThis, 'window'));
const browse = (browser: object): void => void Object.assign(globalThis, { window: browser });

test('what a browser keeps is there again', () => {
  const kept = new Map<string, string>();
  browse({
    localStorage: {
      getItem: (place: string) => kept.get(place) ?? null,
      setItem: (place: string, value: string) => void kept.set(place, value),
    },
  });
  expect(remembered('theme')).toBeNull();
  remember('theme', 'dark');
  expect(remembered('theme')).toBe('dark');
});

test('a browser that keeps nothing breaks nothing', () => {
  browse({
    get localStorage(): never {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  remember('theme', 'dark');
  expect(remembered('theme')).toBeNull();
});
