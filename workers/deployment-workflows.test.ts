import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DeploymentStart } from '../activities/lane/deployment-workflows.ts';
import { deploymentNumber, releaseNumber, serviceName } from '../domain/names.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { TestTemporal } from '../test/temporal.ts';
import { deploymentWorkflowId } from '../workflows/messages/deployment.ts';
import { searchAttribute } from '../workflows/search-attributes.ts';
import { createDeploymentWorkflows } from './deployment-workflows.ts';

let temporal: TestTemporal;
beforeAll(async () => void (temporal = await connectTestTemporal()));
afterAll(() => temporal.close());

const service = serviceName(`a${'b'.repeat(62)}`);
const ref = (number: number) => ({ service, deployment: deploymentNumber(number) });
const checkout = { cloneUrl: 'file:///checkout', folder: '.', commit: 'a'.repeat(40) };
/** As long as everything may be. */
const start = (number: number): DeploymentStart => ({
  ...ref(number),
  kind: 'roll-forward',
  release: releaseNumber(412),
  traceparent: null,
  build: checkout,
  checkout,
  source: {
    from: 'merge',
    commit: checkout.commit,
    before: 'b'.repeat(40),
    branch: 'main',
    authors: ['lin', 'kim'],
    pusher: 'lin',
    subject: '🚢'.repeat(200),
  },
});

test('a number is started once: not beside a run of it, and not after its run was closed', async () => {
  const workflows = createDeploymentWorkflows(temporal.client);
  expect(await workflows.find(ref(1))).toEqual({ state: 'absent', runId: null });
  const starts = await Promise.all([1, 2, 3].map(() => workflows.start(start(1))));
  const runs = starts.map(({ runId }) => runId);
  expect(new Set(runs).size).toBe(1);
  expect(starts.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await workflows.find(ref(1))).toEqual({ state: 'running', runId: runs[0] });

  await temporal.client.workflow.getHandle(deploymentWorkflowId(service, ref(1).deployment)).terminate();
  expect(await workflows.find(ref(1))).toEqual({ state: 'closed', runId: runs[0] });
  expect(await workflows.start(start(1))).toEqual({ runId: runs[0], isNew: false });
  expect(await workflows.find(ref(1))).toEqual({ state: 'closed', runId: runs[0] });
});

test("Temporal's own tools say what a deployment is before any worker has looked at it", async () => {
  await createDeploymentWorkflows(temporal.client).start(start(2));
  const described = await temporal.client.workflow
    .getHandle(deploymentWorkflowId(service, ref(2).deployment))
    .describe();
  expect(described.typedSearchAttributes.get(searchAttribute.service)).toBe(service);
  expect(described.typedSearchAttributes.get(searchAttribute.release)).toBe(`${service}@412`);
  const summary = await described.staticSummary();
  expect(summary).toContain(`${service}/2 roll-forward of ${service}@412: 🚢`);
  expect(Buffer.byteLength(summary!)).toBeLessThanOrEqual(200);
  expect(await described.staticDetails()).toContain('lin merged `aaaaaaaaaaaa` by lin and 1 other into main: 🚢');
});
