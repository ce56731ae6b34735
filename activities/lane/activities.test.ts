import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, releaseNumber, serviceName } from '../../domain/names.ts';
import { createLaneActivities } from './activities.ts';
import type { DeploymentStart, DeploymentWorkflows } from './deployment-workflows.ts';
import type { LaneRecords, StoredDeployment } from './lane-records.ts';

const service = serviceName('checkout');
const ref = { service, deployment: deploymentNumber(87) };
const checkout = { cloneUrl: 'file:///checkout', folder: 'web', commit: 'a'.repeat(40) };
const merge: StoredDeployment['source'] = {
  from: 'merge',
  commit: checkout.commit,
  before: 'b'.repeat(40),
  branch: 'main',
  authors: ['lin'],
  pusher: 'lin',
  subject: 'Fix',
};
const queued: StoredDeployment = {
  ...ref,
  ...checkout,
  kind: 'rollout',
  release: releaseNumber(412),
  source: merge,
  traceparent: '00-aa-bb-01',
  started: false,
  underWay: false,
  runId: null,
  outcome: null,
  reach: 'untouched',
};

/** The activities over one row, and the starts that they made. */
function lane(
  row: StoredDeployment | null,
  found: Awaited<ReturnType<DeploymentWorkflows['find']>>['state'] = 'absent',
  runId = 'run-1',
) {
  const starts: DeploymentStart[] = [];
  const recovered: number[] = [];
  const workflows: DeploymentWorkflows = {
    find: async () => ({ state: found, runId: found === 'absent' ? null : runId }),
    recover: async ({ deployment }) => void recovered.push(deployment),
    async start(start) {
      starts.push(start);
      return { runId: 'run-1', isNew: starts.length === 1 };
    },
  };
  const unused = async (): Promise<never> => Promise.reject(new Error('not asked for here'));
  const runs: string[] = [];
  const records: LaneRecords = {
    readLane: unused,
    open: unused,
    changeLock: unused,
    keepRollback: unused,
    readHistory: unused,
    read: async () => row,
    claimStart: async () => (row === null ? 'unknown' : row.outcome === null ? 'claimed' : 'ended'),
    noteRun: async (_ref, runId) => void runs.push(runId),
    cancel: async () => (row?.started === true ? 'started' : 'cancelled'),
  };
  return { activities: createLaneActivities({ records, workflows }), starts, runs, recovered };
}

describe('starting a deployment', () => {
  test('a merge is built from its commit, in the trace of its webhook', async () => {
    const { activities, starts, runs } = lane(queued);
    await activities.startDeployment(ref);
    await activities.startDeployment(ref);
    expect(runs).toEqual(['run-1', 'run-1']);
    const start = {
      ...ref,
      kind: 'rollout',
      release: 412,
      source: merge,
      traceparent: '00-aa-bb-01',
      build: checkout,
      checkout,
      asksFleet: true,
    };
    expect(starts).toEqual([start, start]);
  });

  test("a person's deployment builds nothing: its release exists", async () => {
    const { activities, starts } = lane({
      ...queued,
      source: { from: 'person', person: 'ada', release: releaseNumber(412), reason: null },
    });
    await activities.startDeployment(ref);
    expect(starts).toMatchObject([{ build: null, checkout }]);
  });

  test('one that was cancelled is not started, one that is not recorded is a terminal error', async () => {
    const { activities, starts } = lane({ ...queued, outcome: 'cancelled' });
    await activities.startDeployment(ref);
    expect(starts).toEqual([]);
    await expect(lane(null).activities.startDeployment(ref)).rejects.toMatchObject({
      nonRetryable: true,
      type: 'not-recorded',
    });
  });
});

describe('how a deployment is', () => {
  const started = { ...queued, started: true };
  test.each([
    ['runs', started, 'running', 'running', 0],
    ['has an outcome while its workflow closes', { ...started, outcome: 'undone' as const }, 'running', 'ended', 0],
    ['has an outcome and its workflow is forgotten', { ...started, outcome: 'undone' as const }, 'absent', 'ended', 0],
    ['was closed without an outcome', started, 'closed', 'recovering', 0],
    ['touched a region and is forgotten', { ...started, reach: 'touched' as const }, 'absent', 'recovering', 0],
    ['runs, and its run was noted', { ...started, runId: 'run-1' }, 'running', 'running', 0],
    ['runs again after a reset', { ...started, runId: 'run-0' }, 'running', 'recovering', 0],
    ['had begun and is forgotten', { ...started, underWay: true }, 'absent', 'recovering', 0],
    ['was claimed and never heard of: it is started now', started, 'absent', 'running', 1],
    ['waits in the queue: asking does not start it', queued, 'absent', 'queued', 0],
  ] as const)('%s', async (_name, row, found, state, startedNow) => {
    const { activities, starts, recovered } = lane(row, found);
    expect(await activities.describeDeployment(ref)).toEqual({ state, outcome: row.outcome, reach: row.reach });
    expect(starts).toHaveLength(startedNow);
    expect(recovered).toEqual(state === 'recovering' ? [87] : []);
  });
});

test('what is known of its hooks and of its end is told with it', async () => {
  const { activities } = lane({ ...queued, started: true, hooked: true, ends: 'hold' }, 'running');
  expect(await activities.describeDeployment(ref)).toEqual({
    state: 'running',
    outcome: null,
    reach: 'untouched',
    hooked: true,
    ends: 'hold',
  });
});

test('a deployment that has started is aborted, not cancelled', async () => {
  const { activities } = lane({ ...queued, started: true });
  const cancelling = activities.cancelDeployment({ ...ref, by: 'mo', reason: 'no' });
  await expect(cancelling).rejects.toMatchObject({ nonRetryable: true, type: 'deployment-started' });
});
