import { expect, test } from '@jest/globals';
import type { DeploymentRequest } from '../../../activities/lane/contract.ts';
import { deploymentNumber, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { Projection } from '../reads/projection.ts';
import { reopenHandlers } from './reopen-handlers.ts';

const service = serviceName('checkout');

/** What the lane is asked for when `checkout/87`, which came from this source, is tried once more. */
async function retried(source: object): Promise<DeploymentRequest> {
  const asked: DeploymentRequest[] = [];
  const tried = { deployment: 'checkout/87', service, kind: 'rollout', outcome: 'undone', goesOnAs: null, source };
  const projection = {
    findDeployment: async () => ({ ...tried, release: releaseNumber(412) }),
    findLane: async () => null,
    knowsRequest: async () => false,
  } as unknown as Projection;
  const lanes: Parameters<typeof reopenHandlers>[0]['lanes'] = {
    submit: async (request) => {
      asked.push(request);
      const { kind } = request;
      const deployment = deploymentNumber(88);
      return { outcome: 'accepted', deployment, release: releaseNumber(412), kind, ahead: 0, lock: null };
    },
  };
  const idle = { stopped: null, freezes: [], running: [], waiting: [], unasked: [] };
  const frozen = { book: { readFleet: async () => idle }, now: () => new Date() };
  const dialogs = { requireUnmoved: async () => undefined };
  const handlers = reopenHandlers({ projection, lanes, dialogs, ...frozen });
  const person = { person: 'ada', roles: ['deployer'] };
  const request = { person, parameters: { service, deployment: '87' }, body: { queue: false }, key: 'key-0001' };
  await handlers.retry(request as never);
  return asked[0]!;
}

test('a retry goes where the deployment went that it retries: to some of the regions, or to all', async () => {
  const some = await retried({ from: 'person', person: 'mo', reason: null, regions: ['ap-south'] });
  expect(some.source).toMatchObject({
    person: 'ada',
    release: 412,
    reason: 'retry of checkout/87',
    regions: ['ap-south'],
  });
  const all = await retried({ from: 'person', person: 'mo', reason: null });
  expect(all.source).not.toHaveProperty('regions');
  const merge = await retried({ from: 'merge', pusher: 'lin' });
  expect(merge.source).not.toHaveProperty('regions');
});
