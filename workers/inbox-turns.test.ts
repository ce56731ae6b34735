import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { serviceName, type ServiceName } from '../domain/names.ts';
import { runInboxLoop, type Inbox } from './inbox-loop.ts';
import { createWakeUp } from './wake-up.ts';

const log = pino({ level: 'silent' });
const services = Array.from({ length: 20 }, (_, index) => serviceName(`service-${index}`));

/** Rows in the order in which they came; the loop ends with the last of them. */
function inboxWith(rows: readonly ServiceName[], drained: Inbox['drainOldest']) {
  const waiting = [...rows];
  const taken: ServiceName[] = [];
  const end = new AbortController();
  const inbox: Inbox = {
    listWaitingServices: async () => [...new Set(waiting)],
    listServicesInNeedOfLane: async () => [],
    listServicesToLookInto: async () => [],
    async drainOldest(service, submit) {
      const answer = await drained(service, submit);
      if (answer !== 'delivered') return answer;
      const at = waiting.indexOf(service);
      if (at === -1) return 'empty';
      waiting.splice(at, 1);
      taken.push(service);
      if (waiting.length === 0) end.abort();
      return answer;
    },
  };
  const lanes = { submit: async () => ({ outcome: 'accepted' }) as const };
  const run = () => runInboxLoop({ inbox, lanes: lanes as never, wakeUp: createWakeUp(), log }, end.signal);
  return { taken, run };
}

test('no service waits for all that others have: each gets its first merge delivered before any its second', async () => {
  const { taken, run } = inboxWith([...services, ...services, ...services], async () => 'delivered');
  await run();
  expect(taken).toHaveLength(60);
  for (const from of [0, 20, 40]) expect(new Set(taken.slice(from, from + 20)).size).toBe(20);
});

test('one that comes after eight that have much waits for one merge of each of them', async () => {
  const many = services.slice(0, 8).flatMap((service) => Array.from({ length: 10 }, () => service));
  const { taken, run } = inboxWith([...many, services[8]!], async () => 'delivered');
  await run();
  expect(taken).toHaveLength(81);
  expect(taken.indexOf(services[8]!)).toBeLessThanOrEqual(16);
});

test('a service that another loop drains is not asked for again and again', async () => {
  let asked = 0;
  const since = performance.now();
  const { taken, run } = inboxWith([services[0]!, services[1]!], async (service) => {
    if (service !== services[0]) return 'delivered';
    asked += 1;
    return performance.now() - since < 350 ? 'taken elsewhere' : 'delivered';
  });
  await run();
  expect(taken).toEqual([services[1], services[0]]);
  expect(asked).toBeLessThanOrEqual(6);
});
