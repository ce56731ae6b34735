import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { rmSync } from 'node:fs';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { makeBuildActivities, makeOpenFolder, makeRepository } from '../../test/build-fixture.ts';
import { StoreError } from '../../infra/stores/store-error.ts';
import type { BuildActivities } from './contract.ts';

let folder: string;
let repository: ReturnType<typeof makeRepository>;
let activities: BuildActivities;
let full = false;
beforeAll(async () => {
  folder = makeOpenFolder();
  repository = makeRepository(folder);
  ({ activities } = await makeBuildActivities(folder, (store) => ({
    ...store,
    put: (...args) =>
      full ? Promise.reject(new StoreError('store-full', 'no space left in the store')) : store.put(...args),
  })));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (line: string, timeoutMs = 60_000) =>
  new MockActivityEnvironment().run(() =>
    activities.runCommand({
      service: serviceName('checkout'),
      deployment: deploymentNumber(87),
      purpose: 'checks',
      source: { cloneUrl: repository.cloneUrl, folder: '.', commit: repository.commit({ 'test.sh': 'exit 1' }) },
      run: line,
      timeoutMs,
    }),
  );

test('a command that ends well has passed, in a fresh checkout of the commit', async () => {
  expect(await run('ls; touch left-behind')).toMatchObject({ outcome: 'passed', log: { tail: 'test.sh\n' } });
  expect(await run('ls')).toMatchObject({ outcome: 'passed', log: { tail: 'test.sh\n' } });
});

test('a command that fails, or runs too long, has failed, and says how', async () => {
  expect(await run('sh test.sh')).toMatchObject({ outcome: 'failed', reason: 'sh test.sh: exit code 1' });
  expect(await run('sleep 300', 200)).toMatchObject({
    outcome: 'failed',
    reason: 'sleep 300: still running after 0.2 s, and killed',
  });
});

test('a command that prints 100 MB passes, and its log says that it was cut', async () => {
  const result = await run('head -c 100000000 /dev/zero | tr "\\\\0" x; echo end');
  expect(result).toMatchObject({
    outcome: 'passed',
    log: { truncated: true, tail: expect.stringMatching(/x{1990,}end\n$/) },
  });
});

test('a log that finds no space in the store is an outcome, not something that is tried for ever', async () => {
  full = true;
  expect(await run('echo done')).toEqual({ outcome: 'failed', reason: 'no space left in the store', log: null });
  full = false;
});
