/** The api of a service whose lane and deployments are stand-ins, on Temporal's own server. */
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import {
  deploymentNumber,
  digest,
  regionName,
  releaseNumber,
  serviceName,
  type DeploymentNumber,
} from '../../../domain/names.ts';
import type { ApprovePolicy } from '../../../domain/spec/service-spec.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import {
  signIn,
  startControlApi,
  type Asked,
  type AskOptions,
  type TestControlApi,
} from '../../../test/control-api.ts';
import { connectTestTemporal, type TestTemporal } from '../../../test/temporal.ts';
import { deploymentWorkflowId, type DeploymentStatus } from '../../../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../../../workflows/messages/lane.ts';
import { controlQueue } from '../../../workflows/messages/queues.ts';
import { recoveryWorkflowId } from '../../../workflows/messages/recovery.ts';

export const service = serviceName('checkout');
export const planDigest = digest(`sha256:${'2'.repeat(64)}`);
const workflowsPath = path.resolve(import.meta.dirname, '../../../test/workflow-fixtures/stand-in-workflows.ts');

export interface StandIns {
  /** One at a time. */
  openService(): Promise<StandInService>;
  close(): Promise<void>;
}

export interface StandInService {
  readonly temporal: TestTemporal;
  readonly central: CentralTestDatabase;
  readonly api: TestControlApi;
  /** A deployer, and two release-owners; what is merged is by lin. */
  readonly tokens: Readonly<Record<'ada' | 'mo' | 'lin', string>>;
  /** Below the service. */
  post(verb: string, token: string, body: object, more?: AskOptions): Promise<Asked>;
  /**
   * A merge by lin that has been opened; its workflow runs unless `state` says otherwise.
   * @returns `deployments/1`
   */
  openDeployment(state?: 'running' | 'not-started', isPlanned?: boolean, asked?: Asking): Promise<string>;
  startWorkflow(number: DeploymentNumber, isPlanned: boolean, workflowId: string, asked?: Asking): Promise<void>;
  tokenFor(deployment: string, who: string, verb?: string): Promise<string>;
  close(): Promise<void>;
}

/** What its workflow asks; as the version before, which doesn't say, when left out. */
export interface Asking {
  readonly stage?: string | null;
  /** `null`: nobody is asked now. */
  readonly policy?: ApprovePolicy | null;
  readonly waits?: DeploymentStatus['waits'];
  readonly shut?: string;
}

export async function openStandIns(): Promise<StandIns> {
  const temporal = await connectTestTemporal();
  const { nativeConnection: connection, namespace } = temporal;
  const worker = await Worker.create({ connection, namespace, taskQueue: controlQueue, workflowsPath });
  const working = worker.run();
  return {
    openService: () => openService(temporal),
    async close() {
      worker.shutdown();
      await working;
      await temporal.close();
    },
  };
}

async function openService(temporal: TestTemporal): Promise<StandInService> {
  const central = await createCentralDatabase();
  const { database, url: databaseUrl } = central;
  const api = await startControlApi({ database, databaseUrl, temporal: temporal.client });
  const post: StandInService['post'] = (verb, token, body, more = {}) =>
    api.ask(`/v1/services/checkout/${verb}`, { token, body, ...more });
  const startWorkflow: StandInService['startWorkflow'] = async (number, isPlanned, workflowId, asked = {}) => {
    await temporal.client.workflow.start('deployment', {
      workflowId,
      taskQueue: controlQueue,
      args: [statusOf(number, isPlanned, asked)],
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    });
  };
  return {
    temporal,
    central,
    api,
    tokens: {
      ada: await signIn(database, 'ada', 'deployer'),
      mo: await signIn(database, 'mo', 'release-owner'),
      lin: await signIn(database, 'lin', 'release-owner'),
    },
    post,
    async openDeployment(state = 'running', isPlanned = true, asked = {}) {
      const opened = await createLaneRecords(database).open(mergeRequest(`merge-${Math.random()}`));
      if (opened.outcome === 'refused') throw new Error(opened.reason);
      const number = opened.deployment.deployment;
      if (state === 'running') await startWorkflow(number, isPlanned, deploymentWorkflowId(service, number), asked);
      return `deployments/${number}`;
    },
    startWorkflow,
    tokenFor: async (deployment, who, verb = 'approve') =>
      String((await post(`${deployment}/approval-token`, who, { verb, planDigest })).body.token),
    async close() {
      await terminateAll(temporal);
      await api.close();
      await central.close();
    },
  };
}

function statusOf(
  deployment: DeploymentNumber,
  isPlanned: boolean,
  { stage = null, policy, waits, shut }: Asking,
): DeploymentStatus {
  const release = { number: releaseNumber(1), digest: digest(`sha256:${'1'.repeat(64)}`) };
  const binding = { service, deployment, release, planDigest, regions: [regionName('eu-west')] };
  return {
    state: 'approving',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    planDigest: isPlanned ? planDigest : null,
    binding: isPlanned ? binding : null,
    excluded: ['lin'],
    approvals: { given: 0, wanted: 1 },
    ...(policy && {
      asked: { stage, binding: { ...binding, ...(stage !== null && { stage }) }, policy, brokenBy: [] },
    }),
    ...(policy === null && { asked: null }),
    ...(waits && { waits }),
    ...(shut && { shut }),
    regions: [],
    controlRevision: 0,
  };
}

/** Numbers begin anew with each database; ids of workflows must not meet those of the test before. */
async function terminateAll({ client }: TestTemporal): Promise<void> {
  const ids = [
    laneWorkflowId(service),
    ...[1, 2].map((number) => deploymentWorkflowId(service, deploymentNumber(number))),
    recoveryWorkflowId(service, deploymentNumber(1)),
  ];
  const terminate = (id: string) =>
    client.workflow
      .getHandle(id)
      .terminate()
      .catch(() => undefined);
  await Promise.all(ids.map(terminate));
}
