import { expect, test } from '@jest/globals';
import { deploymentNumber, releaseNumber } from '../names.ts';
import type { OpenDeployment } from './lane.ts';
import { queueWait } from './queue-wait.ts';

const open = (number: number, kind: OpenDeployment['kind'] = 'rollout'): OpenDeployment => ({
  deployment: deploymentNumber(number),
  release: releaseNumber(1),
  kind,
  key: `k${number}`,
  started: false,
});
const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T12:00:00.000Z' };

test('what is queued waits for those before it', () => {
  const lane = { lock: null, active: open(86), queue: [open(87), open(88)] };
  expect(queueWait(lane, open(88))).toEqual({ for: 'turn', ahead: 2, active: 86 });
  expect(queueWait({ ...lane, active: null }, open(87))).toBeNull();
});

test('a lock holds all but a rollback', () => {
  const lane = { lock, active: null, queue: [open(87), open(88, 'rollback')] };
  expect(queueWait(lane, open(87))).toEqual({ for: 'unlock', lock });
  expect(queueWait(lane, open(88, 'rollback'))).toBeNull();
});
