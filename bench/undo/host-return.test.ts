import { expect, test } from '@jest/globals';
import type { DurableEvent } from '../../domain/host/events.ts';
import { deploymentNumber, digest, type Digest } from '../../domain/names.ts';
import { hostReturn } from './host-return.ts';

const [one, two] = ['1', '2'].map((letter) => digest(`sha256:${letter.repeat(64)}`)) as [Digest, Digest];
const bad = deploymentNumber(7);

const switchTo = (atMs: number, kind: 'forward' | 'revert', from: Digest, to: Digest): DurableEvent =>
  ({ type: 'switchIntended', atMs, kind, from, to, attempt: { deployment: bad, local: 0 } }) as DurableEvent;
const confirmed = (atMs: number, release: Digest): DurableEvent =>
  ({ type: 'confirmed', atMs, release }) as DurableEvent;

test.each<[string, readonly DurableEvent[], ReturnType<typeof hostReturn>]>([
  ['did not switch', [confirmed(1, one)], null],
  ['is still forward', [switchTo(1, 'forward', one, two), confirmed(2, two)], { foundBadMs: null, backMs: null }],
  [
    'found the release bad',
    [switchTo(1, 'forward', one, two), switchTo(6, 'revert', two, one), confirmed(8, one)],
    { foundBadMs: 6, backMs: 8 },
  ],
  [
    'was told to go back',
    [switchTo(1, 'forward', one, two), confirmed(2, two), switchTo(7, 'forward', two, one), confirmed(9, one)],
    { foundBadMs: null, backMs: 9 },
  ],
])('a host that %s', (_, journal, expected) => {
  expect(hostReturn(journal, bad)).toEqual(expected);
});
