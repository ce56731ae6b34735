import { expect, test } from '@jest/globals';
import { deploymentNumber } from '../names.ts';
import { followUp } from './rollback-follow-up.ts';

const pending = { of: deploymentNumber(8), by: 'ada', reason: '', key: 'k', traceparent: null };
const opened = { ...pending, opened: deploymentNumber(9) };
const aborted = { ...pending, opened: null };

test.each([
  ['was cancelled untouched, the rollback opened for it goes on', opened, 'cancelled', 'nothing'],
  ['failed untouched, the rollback opened for it goes on', opened, 'failed', 'nothing'],
  ['was undone after all, the rollback opened for it is cancelled', opened, 'undone', 'cancel'],
  ['succeeded, the rollback opened for it goes on', opened, 'succeeded', 'nothing'],
  ['was undone as asked, that is enough', aborted, 'undone', 'nothing'],
  ['was left held by an abort before ours, a rollback is opened', aborted, 'cancelled', 'open'],
  ['succeeded before the abort arrived, a rollback is opened', aborted, 'succeeded', 'open'],
] as const)('when the deployment %s', (_, rollback, outcome, expected) => {
  expect(followUp(rollback, outcome)).toBe(expected);
});
