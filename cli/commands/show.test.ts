import { expect, test } from '@jest/globals';
import type { Deployment } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import type { ApiClient } from '../api-client.ts';
import { createProgram } from '../program.ts';
import { afterNoon, deployment, doneRegion, noHosts, regionOf, reportOf } from '../shown.fixture.ts';
import { watcherOf } from '../watch/watcher.fixture.ts';
import type { CarryOut } from './command.ts';

const noLeft = { items: [], next: null, owing: [] };

/** What `show checkout/87` prints. */
async function linesOf(shown: Deployment, reports: readonly ServiceHosts[]): Promise<readonly string[]> {
  const answers: Readonly<Record<string, object>> = {
    showDeployment: shown,
    listServiceHosts: { items: reports },
    listLeftHosts: noLeft,
  };
  const { session, lines } = watcherOf({ call: async (name: string) => answers[name] } as unknown as ApiClient);
  const act: CarryOut = Object.assign(async (...[, show]: Parameters<CarryOut>) => void (await show(session)), {
    here: async () => {},
  });
  await createProgram(act).parseAsync(['show', 'checkout/87'], { from: 'user' });
  return lines;
}

test('of a deployment that is shown, a region that is silent is unknown and not healthy, however it was', async () => {
  const minutes = (count: number): string => new Date(Date.now() - count * 60_000).toISOString();
  const failing = { total: 4, switched: 2, healthy: 1, failed: 1 };
  const regions = [doneRegion('ap-south'), doneRegion('eu-west'), regionOf('us-east', { hosts: failing, batch: 1 })];
  const reports = [
    reportOf('ap-south', { hosts: { ...noHosts, total: 2, healthy: 2 }, at: minutes(9), stale: true }),
    reportOf('eu-west', { at: minutes(1) }),
  ];
  const lines = await linesOf({ ...deployment, regions }, reports);
  expect(lines.slice(-3)).toEqual([
    '  ap-south  world  ? unknown, was done  batch 2 of 2  ? of 2 healthy on @412  ? failed  reported 9 min ago',
    '  eu-west   world  ✓ done               batch 2 of 2  2 of 2 healthy on @412            reported 1 min ago',
    '  us-east   world  · pending            batch 1 of 2  1 of 4 healthy on @412  1 failed  no report',
  ]);
});

test('of one that is over, what hosts report today says nothing', async () => {
  const ended = { outcome: 'succeeded', endedAt: afterNoon(0) } as const;
  const over = { ...deployment, ...ended, regions: [doneRegion('eu-west')] };
  const reports = [reportOf('eu-west', { at: afterNoon(0), stale: true })];
  expect((await linesOf(over, reports)).at(-1)).toBe('  eu-west  world  ✓ done  batch 2 of 2  2 of 2 healthy on @412');
});

test('of one that was undone no host is claimed to run its release', async () => {
  const ended = { outcome: 'undone', endedAt: afterNoon(0) } as const;
  const regions = [{ ...doneRegion('eu-west'), state: 'undone' as const }];
  expect((await linesOf({ ...deployment, ...ended, regions }, [])).at(-1)).toBe('  eu-west  world  ↩ undone');
});
