import { expect, test } from '@jest/globals';
import { hostId } from '../../../domain/names.ts';
import { openAsking } from './held-goals.ts';

const [a, b] = ['a', 'b'].map(hostId) as [ReturnType<typeof hostId>, ReturnType<typeof hostId>];

test('each host is asked once, and again later while it has shown nothing', () => {
  let nowMs = 0;
  const asking = openAsking(() => nowMs);
  expect([asking.ask(a), asking.ask(a), asking.ask(b)]).toEqual([true, false, true]);
  asking.shown(b);
  nowMs = 10_000;
  expect([asking.ask(a), asking.ask(b)]).toEqual([true, false]);
  asking.forget();
  expect(asking.ask(b)).toBe(true);
});
