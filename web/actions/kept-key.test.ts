import { expect, test } from '@jest/globals';
import { keptKey } from './kept-key.ts';
import type { Order } from './orders.ts';

const pause: Order = { verb: 'pause', service: 'checkout', deployment: 87 };

function keys() {
  let made = 0;
  const clock = { now: 0 };
  return {
    clock,
    key: keptKey(
      () => `key-${++made}`,
      () => clock.now,
    ),
  };
}

test('as long as no answer has come the same is sent with the same key', () => {
  const { clock, key } = keys();
  const pressed = [0, 5_000, 60_000].map((at) => {
    clock.now = at;
    return key.keyFor(pause);
  });
  expect(pressed).toEqual(['key-1', 'key-1', 'key-1']);
});

test.each<[what: string, order: Order, afterMs: number]>([
  ['another verb', { ...pause, verb: 'abort' }, 0],
  ['another deployment', { ...pause, deployment: 88 }, 0],
  ['what was pressed long ago', pause, 60_001],
])('%s is another request', (_, order, afterMs) => {
  const { clock, key } = keys();
  key.keyFor(pause);
  clock.now = afterMs;
  expect(key.keyFor(order)).toBe('key-2');
});

test('what was answered is asked anew with another key; the answer of something else changes nothing', () => {
  const { key } = keys();
  key.keyFor(pause);
  key.forget({ ...pause, verb: 'abort' });
  expect(key.keyFor(pause)).toBe('key-1');
  key.forget(pause);
  expect(key.keyFor(pause)).toBe('key-2');
});
