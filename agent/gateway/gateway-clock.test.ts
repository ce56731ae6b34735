import { expect, test } from '@jest/globals';
import { openLog } from '../log.ts';
import { openGatewayClock } from './gateway-clock.ts';

test('that the clocks differ is logged once, and once that they agree again', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const clock = openGatewayClock(
    openLog('debug', 'agent', (line) => void lines.push((JSON.parse(line) as { msg: string }).msg)),
    () => nowMs,
  );
  expect(clock.aheadMs()).toBeNull();
  for (nowMs of [0, 299_000, 301_000, 400_000, -301_000, 0, 1_000]) {
    clock.hear(0);
    expect(clock.aheadMs()).toBe(nowMs);
  }
  expect(lines).toEqual([
    "this host's clock differs from its gateway's",
    "this host's clock agrees with its gateway's again",
  ]);
});
