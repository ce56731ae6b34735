import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { withHeartbeats } from './heartbeat.ts';

test('a step beats for as long as it runs, and its answer and its error are passed on', async () => {
  const environment = new MockActivityEnvironment();
  const twoBeats = async (): Promise<void> => {
    await once(environment, 'heartbeat');
    await once(environment, 'heartbeat');
  };
  const steps = withHeartbeats({
    write: (text: string) => twoBeats().then(() => `${text} is written`),
    fail: () => Promise.reject(new Error('fenced')),
  });
  expect(await environment.run(steps.write, 'goal')).toBe('goal is written');
  await expect(environment.run(steps.fail)).rejects.toThrow('fenced');
});
