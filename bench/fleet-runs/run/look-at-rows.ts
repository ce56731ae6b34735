import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { Deployment, ObligationRow } from '../../../infra/postgres/central/entities.ts';
import { Audit } from '../../../infra/postgres/central/entities/audit.ts';
import { BatchRecord, GoalRecord } from '../../../infra/postgres/region/entities/goals.ts';
import { HostServiceRecord } from '../../../infra/postgres/region/entities/hosts.ts';
import { openWorkflows } from '../../meddling/open-workflows.ts';
import type { DeploymentRef } from '../../service/follow-deployment.ts';
import type { FleetRun } from '../scenario/scenario.ts';
import type { RunEnd } from '../verdict/run-end.ts';
import type { Slot } from './slot.ts';

type Rows = Pick<RunEnd, 'batches' | 'cut' | 'open' | 'obligations' | 'deployments' | 'recordedEnds'>;

/** What databases and Temporal hold of a deployment that is over. */
export async function lookAtRows({ stack, database }: Slot, ref: DeploymentRef): Promise<Rows> {
  const { service, deployment } = ref;
  const [here, centre] = [database.em.fork(), stack.central.em.fork()];
  const batches = await here.find(BatchRecord, { service, deployment }, { orderBy: { number: 'asc' } });
  const { row } = await here.findOneOrFail(GoalRecord, { service });
  const ends = await centre.find(Audit, { verb: 'deployment-ended', object: { $like: `${service}/%` } });
  return {
    batches: batches.map(({ number, members }) => ({ number, hosts: members.hosts })),
    cut: batches.at(-1)?.cut ?? row.cut,
    open: await openWorkflows(stack, ref),
    obligations: await centre.count(ObligationRow, { service }),
    deployments: await centre.count(Deployment, { service }),
    recordedEnds: ends.map(({ object }) => object),
  };
}

export const owes = async ({ stack }: Slot, { service }: FleetRun): Promise<boolean> =>
  (await stack.central.em.fork().count(ObligationRow, { service: serviceName(service) })) > 0;

/** How often each host has changed over for the second deployment, as the region has counted. */
export async function switchesIn({ database }: Slot, { service }: FleetRun): Promise<ReadonlyMap<string, number>> {
  const rows = await database.em.fork().find(HostServiceRecord, {
    service: serviceName(service),
    attemptDeployment: deploymentNumber(2),
  });
  return new Map(rows.map(({ host, switches }) => [host, switches]));
}
