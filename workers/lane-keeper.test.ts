import { expect, test } from '@jest/globals';
import { serviceName, type ServiceName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import type { ClosedLanes } from './closed-lanes.ts';
import { keepLanesOpen } from './lane-keeper.ts';

const [checkout, cart] = [serviceName('checkout'), serviceName('cart')];

/** One look of the keeper, and what it told lanes. */
async function lookedAt(
  needLane: readonly ServiceName[],
  toLookInto: readonly ServiceName[],
  { failing = false, hear = async () => undefined }: { failing?: boolean; hear?: ClosedLanes['heard'] } = {},
) {
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
      closedLanes: {
        heard: (service, runId) => {
          heard.push(`${service}: ${runId}`);
          return hear(service, runId);
        },
      },
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

test('a lane whose run is never heard of keeps no other from being opened, heard of and woken', async () => {
  const hangs = (service: ServiceName) =>
    service === checkout ? new Promise<void>(() => undefined) : Promise.resolve();
  const { told, heard } = await lookedAt([checkout, cart], [checkout], { hear: hangs });
  expect(told).toEqual(['open checkout', 'open cart', 'look checkout']);
  expect(heard.toSorted()).toEqual(['cart: run of cart', 'checkout: run of checkout']);
});

test('that it can not be told whether somebody closed a lane is another warning than one of a lane that is shut', async () => {
  const fails = async (service: ServiceName) => {
    if (service === checkout) throw new Error('Temporal is away');
  };
  const { told, heard, warned } = await lookedAt([checkout, cart], [checkout], { hear: fails });
  expect(told).toEqual(['open checkout', 'open cart', 'look checkout']);
  expect(heard.toSorted()).toEqual(['cart: run of cart', 'checkout: run of checkout']);
  expect(warned).toEqual([
    [
      { service: checkout, error: expect.any(Error) },
      'whether somebody closed a lane can not be told; it is tried again',
    ],
  ]);
});

test('what can not be read is read again: lanes are opened all the same', async () => {
  expect((await lookedAt([checkout], [], { failing: true })).told).toEqual(['open checkout']);
});
