import { expect, test } from '@jest/globals';
import type { ApiClient } from '../api-client.ts';
import { createProgram } from '../program.ts';
import { watcherOf } from '../watch/watcher.fixture.ts';
import type { CarryOut } from '../commands/command.ts';

/** What `list left-hosts --service checkout` prints of this answer, and notes beside it. */
async function saidOf(answer: object): Promise<readonly string[]> {
  const { session, lines, notes } = watcherOf({ call: async () => answer } as unknown as ApiClient);
  const act: CarryOut = Object.assign(async (...[, list]: Parameters<CarryOut>) => void (await list(session)), {
    here: async () => {},
  });
  await createProgram(act).parseAsync(['list', 'left-hosts', '--service', 'checkout'], { from: 'user' });
  return [...lines, ...notes];
}

test('of a service that no undo has left anything of, it says so', async () => {
  expect(await saidOf({ items: [], next: null, owing: [] })).toEqual(['no host is left by an undo']);
});

test('of a region that has yet to undo, it never says that no host is left there', async () => {
  const owing = [{ deployment: 'checkout/87', region: 'ap-south', since: '2026-11-24T12:01:00.000Z' }];
  expect(await saidOf({ items: [], next: null, owing })).toEqual([
    'ap-south owes the undo of checkout/87 since 2026-11-24 12:01 UTC: what its hosts run is not known',
  ]);
});
