import { expect, test } from '@jest/globals';
import { formKeys } from './form-keys.ts';

const cart = { services: ['cart'], reason: 'holidays' };

function keys() {
  let made = 0;
  return formKeys(() => `key-${++made}`);
}

test('as long as no answer has come the same is sent with the same key', () => {
  const { keyFor } = keys();
  expect([cart, { ...cart }].map(keyFor)).toEqual(['key-1', 'key-1']);
});

test('what was changed since is another request, and what was changed back is the first', () => {
  const { keyFor } = keys();
  const more = { ...cart, services: ['cart', 'mail'] };
  expect([cart, more, { ...cart, reason: 'INC-7' }, cart].map(keyFor)).toEqual(['key-1', 'key-2', 'key-3', 'key-1']);
});

test('what was answered is another request once more; the answer of something else changes nothing', () => {
  const { keyFor, forget } = keys();
  keyFor(cart);
  forget({ ...cart, reason: 'INC-7' });
  expect(keyFor(cart)).toBe('key-1');
  forget({ ...cart });
  expect(keyFor(cart)).toBe('key-2');
});
