import { expect, test } from '@jest/globals';
import { serviceName, type ServiceName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { keepLanesOpen } from './lane-keeper.ts';

const [checkout, cart] = [serviceName('checkout'), serviceName('cart')];

/** One look of the keeper, and what it told lanes. */
async function lookedAt(needLane: readonly ServiceName[], toLookInto: readonly ServiceName[], failing = false) {
  const stop = new AbortController();
  const told: string[] = [];
  const heard: string[] = [];
  const warned: unknown[] = [];
  await keepLanesOpen(
    {
      inbox: {
        listServicesInNeedOfLane: async () => needLane,
        listServicesToLookInto: async () => {
          queueMicrotask(() => stop.abort());
          return failing ? Promise.reject(new Error('away')) : toLookInto;
        },
      },
      lanes: {
        open: async (service) => {
          told.push(`open ${service}`);
          return `run of ${service}`;
        },
        look: async (service) => {
          told.push(`look ${service}`);
          if (service === cart) throw new Error('Temporal is away');
        },
      },
      closedLanes: { heard: async (service, runId) => void heard.push(`${service}: ${runId}`) },
      log: { warn: (...words: unknown[]) => void warned.push(words) } as unknown as Logger,
    },
    stop.signal,
  );
  return { told, heard, warned };
}

test('a lane is opened where there is something to do, and woken where something may start and does not', async () => {
  const { told, warned } = await lookedAt([checkout, cart], [cart, checkout]);
  expect(told).toEqual(['open checkout', 'open cart', 'look cart', 'look checkout']);
  // One that can't be told keeps no other from being told.
  expect(warned).toHaveLength(1);
});

test('of each lane that is open it is heard in which run', async () => {
  expect((await lookedAt([checkout, cart], [])).heard.toSorted()).toEqual([
    'cart: run of cart',
    'checkout: run of checkout',
  ]);
});

test('what can not be read is read again: lanes are opened all the same', async () => {
  expect((await lookedAt([checkout], [], true)).told).toEqual(['open checkout']);
});
