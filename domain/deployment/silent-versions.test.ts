import { expect, test } from '@jest/globals';
import { hear, silentAfterMs, silentVersions, type HeardVersions } from './silent-versions.ts';

const half = silentAfterMs / 2;

/** One look after half of the time after the other, at these polls of one version; `gone`: nothing can be pinned to it. */
function silentAfter(...looks: readonly (string | null)[]): readonly string[] {
  let heard: HeardVersions = new Map();
  looks.forEach((polledAt, look) => {
    heard = hear(heard, new Map(polledAt === 'gone' ? [] : [['old', polledAt]]), look * half);
  });
  return silentVersions(heard, (looks.length - 1) * half);
}

test.each([
  ['whose last poll stands', ['12:00', '12:00', '12:00'], true],
  ['that never polled', [null, null, null], true],
  ['that somebody has begun to listen to', ['12:00', '12:00'], false],
  ['that polls', ['12:00', '12:01', '12:02'], false],
  ['that has polled again', ['12:00', '12:00', '12:00', '12:09'], false],
  ['whose polls have stopped', ['12:00', '12:01', '12:01', '12:01'], true],
  ['whose last poll has been forgotten by now', ['12:00', '12:00', null], true],
  ['that polls once its last was forgotten', ['12:00', null, null, '12:09'], false],
  ['by a clock that went back', ['12:05', '12:04', '12:03'], false],
  ['that nothing is pinned to any more', ['12:00', '12:00', 'gone'], false],
  ['that is back', ['12:00', 'gone', '12:00'], false],
] as const)('of a version %s: %j, that it has no worker is %s', (_, looks, isSilent) => {
  expect(silentAfter(...looks)).toEqual(isSilent ? ['old'] : []);
});
