import { deploymentNumber, regionName, serviceName, type DeploymentNumber } from '../domain/names.ts';
import type { DeploymentOutcome } from '../domain/states.ts';
import { createDeploymentRecords } from '../infra/postgres/central/deployment-records.ts';
import { Deployment, Release } from '../infra/postgres/central/entities.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { mergeRequest } from '../test/central-database.ts';
import type { TestCli } from './test-cli.fixture.ts';

/** Deployments as their lanes and workflows write them down. */
type Cli = Pick<TestCli, 'central'>;

export const service = serviceName('checkout');

/** One that waits for an approval. */
export async function openDeployment(cli: Cli): Promise<DeploymentNumber> {
  const number = await queueDeployment(cli);
  await askForApproval(cli, number);
  return number;
}

/** One that was just merged. */
export async function queueDeployment({ central }: Cli): Promise<DeploymentNumber> {
  const opened = await createLaneRecords(central.database).open(mergeRequest(`merge-${Math.random()}`));
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  return opened.deployment.deployment;
}

export const askForApproval = ({ central }: Cli, number: DeploymentNumber) =>
  createDeploymentRecords(central.database).showProgress({
    ...progress(number, 1),
    state: 'approving',
    approvals: { given: 0, wanted: 1 },
    event: 'plan-made',
    message: 'waits for approval, 0 of 1',
    regions: [],
  });

export const finish = ({ central }: Cli, number: number, outcome: DeploymentOutcome, reason: string) =>
  createDeploymentRecords(central.database).finish({
    service,
    deployment: deploymentNumber(number),
    sequence: 99,
    outcome,
    reason,
    regions: [],
    pending: [],
    lock: null,
  });

const progress = (number: number, sequence: number) => ({
  service,
  deployment: deploymentNumber(number),
  sequence,
  stage: null,
  paused: false,
  held: false,
  waiting: null,
  approvals: null,
  actor: 'slipway',
});

export const leaveHostsOn = ({ central }: Cli, number: number) =>
  createDeploymentRecords(central.database).showProgress({
    ...progress(number, 2),
    state: 'undoing',
    stage: 'world',
    event: 'region-undo-failed',
    message: 'stuck',
    regions: [
      {
        region: regionName('eu-west'),
        state: 'undoing',
        batch: 1,
        batches: 1,
        reason: '14 hosts do not answer',
        hosts: { total: 620, switched: 620, healthy: 606, failed: 14 },
      },
    ],
  });

/** A rollback goes before all that waits. @returns under which number `waiting` goes on */
export async function overtake({ central }: Cli, waiting: DeploymentNumber): Promise<DeploymentNumber> {
  const em = central.database.em.fork();
  const { release } = await em.findOneOrFail(Deployment, { service, number: waiting });
  await em.nativeUpdate(Release, { service, number: release }, { state: 'ready' });
  const source = { from: 'person', person: 'mo', release, reason: null } as const;
  const request = { key: `back-${waiting}`, service, kind: 'rollback', source, traceparent: null } as const;
  await createLaneRecords(central.database).open(request);
  const { goesOnAs } = await central.database.em.fork().findOneOrFail(Deployment, { service, number: waiting });
  return goesOnAs!;
}

/** The release of a deployment that is over. */
export async function releaseAtRest(cli: Cli): Promise<number> {
  const number = await openDeployment(cli);
  await finish(cli, number, 'cancelled', 'for another day');
  return number;
}

/** The stand-in lane writes nothing down, as a lane does. */
export const lockedBy = (owner: string, key: string) => ({
  service,
  key,
  by: owner,
  reason: 'INC-7',
  lock: { owner, reason: 'INC-7', since: '2026-11-24T12:00:00.000Z' },
});
