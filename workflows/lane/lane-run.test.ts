import { expect, test } from '@jest/globals';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { answeredBefore, openLaneRun, remember, withdrawnBefore } from './lane-run.ts';

test('a hundred answers are kept for repeats, and withdrawals push none of the others out', () => {
  const run = openLaneRun({ service: serviceName('checkout'), carried: null });
  const numbers = Array.from({ length: 101 }, (_, index) => index + 1);
  for (const number of numbers) {
    remember(run, { verb: 'lock', key: `l${number}` });
    remember(run, { verb: 'withdraw', key: 'w', deployment: deploymentNumber(number) });
  }
  const locks = numbers.filter((number) => answeredBefore(run, 'lock', `l${number}`) !== undefined);
  const withdrawals = numbers.filter((number) => {
    const message = { by: 'ada', reason: '', key: 'w', deployment: deploymentNumber(number) };
    return withdrawnBefore(run, message);
  });
  expect([locks, withdrawals]).toEqual([numbers.slice(1), numbers.slice(1)]);
});
