import { expect, test } from '@jest/globals';
import { defaultBreakGlass } from '../../../domain/approval/break-glass.ts';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { Projection } from '../reads/projection.ts';
import { readDialog } from './read-dialog.ts';

const service = serviceName('checkout');
const hosts = (region: string, total: number) => ({ region, hosts: { total }, stale: false });
const region = (name: string, state: string) => ({ region: regionName(name), state });

/** checkout/87 is past its point of no return; checkout ran in eu-west before. */
const projection = {
  findService: async () => ({
    service,
    lane: { service, lock: null, active: { number: 87, kind: 'rollout' }, queue: [] },
    currentRelease: releaseNumber(411),
    hosts: [hosts('ap-south', 2), hosts('eu-west', 3), hosts('us-east', 5), hosts('us-west', 7)],
  }),
  durations: async () => ({ deploy: null, undo: null }),
  findDeployment: async () => ({
    service,
    number: deploymentNumber(87),
    release: releaseNumber(412),
    outcome: null,
    pointOfNoReturn: true,
    source: { from: 'merge' },
    regions: [
      region('eu-west', 'done'),
      region('us-east', 'done'),
      region('us-west', 'skipped'),
      region('ap-south', 'pending'),
    ],
  }),
  findGoingBack: async () => ({ release: releaseNumber(410) }),
  findSpec: async () => null,
  listRegionsOf: async () => [regionName('eu-west')],
} as unknown as Projection;

test('a rollback of what is past its point of no return counts the regions that it has finished, and no others', async () => {
  const parts = {
    projection,
    hooksAllowed: true,
    book: { readFleet: () => Promise.reject(new Error('not asked')) },
    breakGlass: defaultBreakGlass,
    deployments: { status: () => Promise.reject(new Error('not asked')) },
    access: { brokenGlass: async () => [] },
    now: () => new Date(),
  };
  const { text } = await readDialog(parts, { person: 'ada', roles: ['deployer'] }, { verb: 'rollback', service });
  expect(text.meaning).toMatchObject({ from: 412, to: 411, regions: ['eu-west', 'us-east'] });
  expect(text.confirm).toBe('Roll back 8 hosts');
});
