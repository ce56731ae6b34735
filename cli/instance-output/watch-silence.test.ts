import { expect, test } from '@jest/globals';
import { hostId } from '../../domain/names.ts';
import { watchSilence } from './watch-silence.ts';

test('a host that falls silent is told of once, and once that it is back', () => {
  const said: string[] = [];
  let nowMs = 0;
  const silence = watchSilence(
    (text) => said.push(text),
    () => nowMs,
  );
  const host = hostId('eu-west-1');
  const at = (ms: number): void => {
    nowMs = ms;
    silence.watch([host]);
    silence.look();
  };
  at(0);
  at(9_999);
  expect(said).toEqual([]);
  at(10_000);
  at(15_000);
  expect(said).toEqual(['eu-west-1 says nothing since 00:00:00Z: its agent may be away']);
  expect(silence.isGivenUp(host)).toBe(false);
  at(20_000);
  expect(silence.isGivenUp(host)).toBe(true);
  silence.heard(host);
  expect(said.at(-1)).toBe('eu-west-1 is heard of again');
  at(30_000);
  expect(said).toHaveLength(3);
});
