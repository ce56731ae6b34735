import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { silentAfterMs } from '../../../domain/deployment/silent-versions.ts';
import type { Carrier } from '../../../domain/progress/no-worker.ts';
import { until } from '../../../test/crash/run/patience.ts';
import { patienceMs } from '../../../test/patience.ts';
import { addMissingWorkers } from './missing-workers-gauge.ts';
import { watchMissingWorkers, type MissingWorkers } from './missing-workers.ts';

/** Temporal, as it is asked: what polls, what is open, and how often it was asked for either. */
const world = {
  polls: new Map<string, string | null>(),
  open: new Map<string, [string, Carrier][]>(),
  isAway: false,
  nowMs: 0,
  looks: 0,
  asked: [] as string[],
  logged: [] as unknown[],
};
const checkout = { version: 'old', carrier: 'deployment' };
const cart = { version: 'old', carrier: 'recovery' };
let stop: AbortController;
let workers: MissingWorkers;

beforeEach(() => {
  Object.assign(world, { polls: new Map(), open: new Map(), isAway: false, nowMs: 0, looks: 0, asked: [], logged: [] });
  world.polls.set('old', '12:00').set('new', '12:00');
  world.open.set('old', [
    ['checkout/87', 'deployment'],
    ['cart/3', 'recovery'],
  ]);
  stop = new AbortController();
  const say = (...line: unknown[]): void => void world.logged.push(line[1]);
  const versions = {
    async readPolls() {
      world.looks += 1;
      if (world.isAway) throw new Error('away');
      return new Map(world.polls);
    },
    async listOpenOn(version: string) {
      world.asked.push(version);
      return new Map(world.open.get(version));
    },
  };
  const log = { warn: say, info: say };
  workers = watchMissingWorkers({ versions, log, now: () => world.nowMs, everyMs: 1 }, stop.signal);
});
afterEach(() => stop.abort());

const looked = async (): Promise<void> => {
  const before = world.looks;
  // One that had begun may not have seen what was changed.
  await until('two looks', patienceMs, () => world.looks > before + 2 || undefined);
};
async function silentForLong(): Promise<void> {
  await looked();
  world.polls.set('new', '12:02');
  world.nowMs += silentAfterMs;
  await looked();
}

test('what began on a version that nobody asks work for lacks a worker, and nothing else is asked for', async () => {
  await looked();
  expect([workers.missingFor('checkout/87'), workers.counts()]).toEqual([null, new Map()]);
  await silentForLong();
  expect(['checkout/87', 'cart/3', 'cart/4'].map(workers.missingFor)).toEqual([checkout, cart, null]);
  expect(workers.counts()).toEqual(new Map([['old', 2]]));
  expect(new Set(world.asked)).toEqual(new Set(['old']));
  expect(world.logged).toEqual(['no control worker of a version runs']);
});

test('a worker that runs again is heard, and what has ended lacks none', async () => {
  await silentForLong();
  world.open.set('old', [['cart/3', 'recovery']]);
  await looked();
  expect(['checkout/87', 'cart/3'].map(workers.missingFor)).toEqual([null, cart]);
  world.polls.set('old', '12:03');
  await looked();
  expect([workers.missingFor('cart/3'), workers.counts()]).toEqual([null, new Map()]);
});

test('while Temporal is away nothing is known, and nobody is silent because of that', async () => {
  await silentForLong();
  const registry = new Registry();
  addMissingWorkers(registry, workers);
  expect(await registry.metrics()).toContain('slipway_deployments_without_worker{version="old"} 2');
  world.isAway = true;
  await looked();
  expect([workers.missingFor('cart/3'), workers.counts()]).toEqual([null, null]);
  expect(await registry.metrics()).not.toMatch(/^slipway_deployments_without_worker/m);
  expect(world.logged.slice(1)).toEqual(['Temporal does not say which control workers run']);
  world.nowMs += silentAfterMs;
  world.isAway = false;
  await looked();
  expect(workers.counts()).toEqual(new Map());
  await silentForLong();
  expect(workers.counts()).toEqual(new Map([['old', 2]]));
});
