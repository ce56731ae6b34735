import { expect, test } from '@jest/globals';
import { deploymentNumber } from '../names.ts';
import { followUp } from './rollback-follow-up.ts';

const pending = { of: deploymentNumber(8), by: 'ada', reason: '', key: 'k', traceparent: null };
const opened = { ...pending, opened: deploymentNumber(9) };
const aborted = { ...pending, opened: null };

test.each([
  ['was cancelled untouched, the rollback opened for it goes on', opened, 'cancelled', 'untouched', 'nothing'],
  ['failed untouched, the rollback opened for it goes on', opened, 'failed', 'untouched', 'nothing'],
  ['was undone after all, the rollback opened for it is cancelled', opened, 'undone', 'touched', 'cancel'],
  [
    'was undone after all, a rollback that names its target goes on',
    { ...opened, named: true },
    'undone',
    'touched',
    'nothing',
  ],
  [
    'had run its hooks only, and undid them, the rollback opened for it goes on',
    opened,
    'undone',
    'untouched',
    'nothing',
  ],
  ['succeeded, the rollback opened for it goes on', opened, 'succeeded', 'finishing', 'nothing'],
  ['was undone as asked, that is enough', aborted, 'undone', 'touched', 'nothing'],
  ['was left held by an abort before ours, a rollback is opened', aborted, 'cancelled', 'touched', 'open'],
  ['succeeded before the abort arrived, a rollback is opened', aborted, 'succeeded', 'finishing', 'open'],
] as const)('when the deployment %s', (_, rollback, outcome, reach, expected) => {
  expect(followUp(rollback, outcome, reach)).toBe(expected);
});
