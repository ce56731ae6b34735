import { expect, test } from '@jest/globals';
import type { ApiClient } from '../api-client.ts';
import type { CarryOut } from '../commands/command.ts';
import { createProgram } from '../program.ts';
import { watcherOf } from '../watch/watcher.fixture.ts';

const counts = { total: 9, healthy: 9, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const hostsOf = (more: object) => ({
  service: 'checkout',
  region: 'eu-west',
  hosts: counts,
  running: [{ release: 412, hosts: 9 }],
  at: '2026-11-27T05:00:00.000Z',
  stale: false,
  ...more,
});

async function notesOf(...services: object[]): Promise<readonly string[]> {
  const answer = { items: [{ region: 'eu-west', addedAt: '', lastSummaryAt: null, stale: false, services }] };
  const { session, notes } = watcherOf({ call: async () => answer } as unknown as ApiClient);
  const act: CarryOut = Object.assign(async (...[, list]: Parameters<CarryOut>) => void (await list(session)), {
    here: async () => {},
  });
  await createProgram(act).parseAsync(['list', 'hosts'], { from: 'user' });
  return notes;
}

test('names the hosts whose installed tree was changed, and counts the others', async () => {
  const since = '2026-11-27T04:58:00.000Z';
  const named = [{ host: 'eu-west-3', state: 'given-up', since, path: 'server.js', what: 'content', count: 3 }];
  expect(await notesOf(hostsOf({}), hostsOf({ drifted: { hosts: 2, named } }))).toEqual([
    'eu-west-3: the installed tree of checkout was changed: server.js (content) and 2 more, given-up since 2026-11-27 04:58 UTC',
    'and on 1 more host of checkout',
  ]);
});

test('says nothing where none was', async () => {
  expect(await notesOf(hostsOf({}))).toEqual([]);
});
