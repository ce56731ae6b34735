import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { digest, regionName, releaseNumber, type DeploymentNumber } from '../domain/names.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import { deploymentWorkflowId, type DeploymentStatus } from '../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../workflows/messages/lane.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { startTestCli, type TestCli } from './test-cli.fixture.ts';
import { openDeployment, service } from './test-deployments.fixture.ts';

/** A command line that can change things: lanes and deployments are stand-ins on a real Temporal. */
export interface TestCliWithLanes extends TestCli {
  readonly temporal: TestTemporal;
  freshLane(): Promise<void>;
}

export async function startTestCliWithLanes(): Promise<TestCliWithLanes> {
  const temporal = await connectTestTemporal();
  const { nativeConnection: connection, namespace } = temporal;
  const workflowsPath = path.resolve(import.meta.dirname, '../test/workflow-fixtures/stand-in-workflows.ts');
  const worker = await Worker.create({ connection, namespace, taskQueue: controlQueue, workflowsPath });
  const working = worker.run();
  const cli = await startTestCli(temporal.client);
  return {
    ...cli,
    temporal,
    freshLane: () =>
      temporal.client.workflow
        .getHandle(laneWorkflowId(service))
        .terminate()
        .then(
          () => undefined,
          () => undefined,
        ),
    async close() {
      await cli.close();
      worker.shutdown();
      await working;
      await temporal.close();
    },
  };
}

/** Opened as a lane does it, with a workflow that has a plan to be approved. */
export async function startDeployment(cli: TestCliWithLanes): Promise<DeploymentNumber> {
  const deployment = await openDeployment(cli);
  await startWorkflow(cli, deployment);
  return deployment;
}

/** As a lane starts it, once it has a plan. */
export async function startWorkflow(cli: TestCliWithLanes, deployment: DeploymentNumber): Promise<void> {
  const release = { number: releaseNumber(1), digest: digest(`sha256:${'1'.repeat(64)}`) };
  const planDigest = digest(`sha256:${'2'.repeat(64)}`);
  const status: DeploymentStatus = {
    state: 'approving',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    planDigest,
    excluded: ['lin'],
    binding: { service, deployment, release, planDigest, regions: [regionName('eu-west')] },
    approvals: { given: 0, wanted: 1 },
    regions: [],
    controlRevision: 0,
  };
  const workflowId = deploymentWorkflowId(service, deployment);
  await cli.temporal.client.workflow.start('deployment', { workflowId, taskQueue: controlQueue, args: [status] });
}
