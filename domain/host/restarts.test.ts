import { describe, expect, it } from '@jest/globals';
import { addExit, isCrashLoop, restartAtMs } from './restarts.ts';

const exitsAt = (...times: readonly number[]): readonly number[] => times.reduce(addExit, [] as readonly number[]);

describe('restarts', () => {
  it('come at once after the first exit, and then ever later, up to half a minute', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((count) => {
      const times = Array.from({ length: count }, (_, index) => 1_000_000 + index);
      return restartAtMs(exitsAt(...times)) - times.at(-1)!;
    });
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('come at once again only when the instance ran for ten minutes before it ended', () => {
    expect(restartAtMs(exitsAt(1_000, 600_999))).toBe(601_999);
    expect(restartAtMs(exitsAt(1_000, 2_000, 3_000, 603_000))).toBe(603_000);
    expect(restartAtMs([])).toBe(0);
  });

  it('of an instance that always ends stay half a minute apart', () => {
    let exits = exitsAt(0);
    const waits = Array.from({ length: 40 }, () => {
      const next = restartAtMs(exits) + 500;
      const waitedMs = next - 500 - exits.at(-1)!;
      exits = addExit(exits, next);
      return waitedMs;
    });
    expect(waits.slice(6)).toEqual(Array.from({ length: 34 }, () => 30_000));
  });

  it.each([
    [[0, 1_000], 1_000, false],
    [[0, 1_000, 2_000], 2_000, true],
    [[0, 30_000, 59_999], 59_999, true],
    [[0, 30_000, 60_000], 60_000, false],
    [[0, 1_000, 2_000], 90_000, false],
  ])('exits at %j are, at %d, a crash loop: %s', (times, nowMs, loop) => {
    expect(isCrashLoop(exitsAt(...times), nowMs)).toBe(loop);
  });

  it('forget exits of long ago, and keep few', () => {
    expect(exitsAt(0, 600_000)).toEqual([600_000]);
    expect(exitsAt(...Array.from({ length: 100 }, (_, index) => index))).toHaveLength(20);
  });
});
