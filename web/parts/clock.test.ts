import { afterEach, expect, test } from '@jest/globals';
import { chooseZone, chosenZone, clockText, dateText } from './clock.ts';

const at = '2026-11-26T23:04:31.500Z';
afterEach(() => chooseZone('local'));

test('times are shown by the local clock until a person chooses UTC', () => {
  const local = new Date(at);
  const [hour, minute, second] = [local.getHours(), local.getMinutes(), local.getSeconds()];
  const time = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
  expect(chosenZone()).toBe('local');
  expect(clockText(at)).toBe(time);
  expect(dateText(at)).toMatch(new RegExp(`^2026-11-2[67] ${time}$`));
  chooseZone('UTC');
  expect(clockText(Date.parse(at))).toBe('23:04:31 UTC');
  expect(dateText(at)).toBe('2026-11-26 23:04:31 UTC');
});
