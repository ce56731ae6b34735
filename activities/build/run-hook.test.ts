import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { readdirSync, rmSync } from 'node:fs';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import { makeBuildActivities, makeOpenFolder, makeRepository } from '../../test/build-fixture.ts';
import { StoreError } from '../../infra/stores/store-error.ts';
import type { BuildActivities, RunHookInput, RunHookResult } from './contract.ts';
import { hookEnvironment } from './run-hook.ts';

let folder: string;
let commit: string;
let cloneUrl: string;
let activities: BuildActivities;
let full = false;
beforeAll(async () => {
  folder = makeOpenFolder();
  const repository = makeRepository(folder);
  cloneUrl = repository.cloneUrl;
  commit = repository.commit({ 'db/migrate': 'echo migrates' });
  ({ activities } = await makeBuildActivities(folder, (store) => ({
    ...store,
    put: (...args) => (full ? Promise.reject(new StoreError('store-full', 'full')) : store.put(...args)),
  })));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const input = (more: Partial<RunHookInput> = {}): RunHookInput => ({
  service: serviceName('checkout'),
  deployment: deploymentNumber(87),
  release: releaseNumber(412),
  previousRelease: releaseNumber(411),
  source: { cloneUrl, folder: '.', commit },
  moment: 'before',
  region: null,
  index: 0,
  does: 'run',
  command: 'sh db/migrate',
  timeoutMs: 60_000,
  ...more,
});
const run = (more: Partial<RunHookInput>, attempt = 1) =>
  new MockActivityEnvironment({ attempt }).run(() => activities.runHook(input(more))) as Promise<RunHookResult>;

test('a hook runs in a fresh checkout of the commit, and its output is kept', async () => {
  expect(await run({})).toMatchObject({ outcome: 'passed', log: { tail: 'migrates\n' } });
  expect(await run({ command: 'echo no such table; exit 3' })).toMatchObject({
    outcome: 'failed',
    reason: 'exit code 3',
    log: { tail: 'no such table\n' },
  });
});

test('of a hook that is told to stop is kept how far it came', async () => {
  const environment = new MockActivityEnvironment({ attempt: 1 });
  const command = 'echo half; echo > half-way; sleep 60';
  const stopped = environment
    .run(() => activities.runHook(input({ command })))
    .then(
      () => null,
      (error: unknown) => error,
    );
  const begun = () => readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('half-way'));
  while (!begun()) await new Promise((resolve) => setTimeout(resolve, 10));
  environment.cancel('CANCELLED');
  expect(await stopped).toMatchObject({ details: [{ tail: 'half\n' }] });
});

test('a hook is told what it is about, by a key that stays the same, and nothing of the worker', async () => {
  process.env['SLIPWAY_TEST_SECRET'] = 'hidden';
  const { log } = await run({ command: 'env | grep ^SLIPWAY_ | grep -v WORKSPACE | sort' });
  delete process.env['SLIPWAY_TEST_SECRET'];
  expect(log?.tail.trim().split('\n')).toEqual([
    'SLIPWAY_DEPLOYMENT=87',
    'SLIPWAY_HOOK=before',
    'SLIPWAY_HOOK_KEY=checkout.87.before.0',
    'SLIPWAY_PREVIOUS_RELEASE=411',
    'SLIPWAY_RELEASE=412',
    'SLIPWAY_SERVICE=checkout',
  ]);
});

test.each([
  ['an undo', { does: 'undo' }, { SLIPWAY_HOOK: 'undo', SLIPWAY_HOOK_KEY: 'checkout.87.before.0.undo' }],
  [
    'one of a region',
    { moment: 'after', region: regionName('eu-west'), index: 1 },
    { SLIPWAY_HOOK: 'after', SLIPWAY_REGION: 'eu-west', SLIPWAY_HOOK_KEY: 'checkout.87.region.after.eu-west.1' },
  ],
  ['one before the first release', { previousRelease: null }, { SLIPWAY_RELEASE: '412' }],
] as const)('%s is told as such', (_, more, environment) => {
  expect(hookEnvironment(input(more))).toMatchObject(environment);
  expect('SLIPWAY_PREVIOUS_RELEASE' in hookEnvironment(input(more))).toBe(!('previousRelease' in more));
  expect('SLIPWAY_REGION' in hookEnvironment(input(more))).toBe('region' in more);
});

test('a hook whose commit is gone has not run; of a later attempt nobody knows', async () => {
  const source = { cloneUrl, folder: '.', commit: '0'.repeat(40) };
  expect(await run({ source })).toMatchObject({ outcome: 'failed', log: null, notRun: true });
  expect(await run({ source }, 2)).not.toHaveProperty('notRun');
  expect(await run({ command: 'exit 1' })).not.toHaveProperty('notRun');
});

test('a hook whose output finds no room in the store has run all the same', async () => {
  full = true;
  expect(await run({})).toEqual({ outcome: 'passed', reason: 'passed', log: null });
  full = false;
});
