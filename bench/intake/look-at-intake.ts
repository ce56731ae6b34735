import { WorkflowNotFoundError } from '@temporalio/client';
import { deploymentNumber, type ServiceName } from '../../domain/names.ts';
import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import { Delivery, Deployment, InboxRow } from '../../infra/postgres/central/entities.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** What all deliveries together left behind. */
export interface IntakeFigures {
  readonly merges: number;
  readonly deliveries: number;
  /** Deliveries answered 202 of which the database knows nothing. */
  readonly deliveriesLost: number;
  readonly inboxRows: number;
  readonly inboxRowsUnfinished: number;
  /** In Postgres, and as workflows in Temporal. */
  readonly deployments: number;
  readonly workflows: number;
  readonly succeeded: number;
  /** Merges without a deployment that succeeded. */
  readonly lost: number;
  /** Deployments beyond one a merge. */
  readonly doubled: number;
}

export interface Sent {
  readonly service: ServiceName;
  readonly merges: readonly Merge[];
  /** Deliveries answered 202. */
  readonly accepted: number;
}

/** Looks after all deployments have ended. */
export async function lookAtIntake(
  { central, temporal }: BenchStack,
  { service, merges, accepted }: Sent,
): Promise<IntakeFigures> {
  const em = central.em.fork();
  const deployments = await em.find(Deployment, { service });
  const good = deployments.filter(({ outcome }) => outcome === 'succeeded');
  const brought = new Set(good.flatMap(({ source }) => (source.from === 'merge' ? source.commit : [])));
  const known = await em.count(Delivery, {});
  return {
    merges: merges.length,
    deliveries: accepted,
    deliveriesLost: accepted - known,
    inboxRows: await em.count(InboxRow, { service }),
    inboxRowsUnfinished: await em.count(InboxRow, { service, finishedAt: null }),
    deployments: deployments.length,
    workflows: await countWorkflows(temporal.workflow, service),
    succeeded: good.length,
    lost: merges.filter(({ after }) => !brought.has(after)).length,
    doubled: deployments.length - merges.length,
  };
}

/** Numbers have no gaps: the first that isn't there was never started. */
async function countWorkflows(workflow: BenchStack['temporal']['workflow'], service: ServiceName): Promise<number> {
  for (let number = 1; ; number++) {
    const handle = workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(number)));
    const there = await handle.describe().catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });
    if (there === null) return number - 1;
  }
}

export const isWhole = ({ merges, ...seen }: IntakeFigures): boolean =>
  seen.deliveriesLost === 0 &&
  seen.lost === 0 &&
  seen.doubled === 0 &&
  seen.inboxRows === merges &&
  seen.inboxRowsUnfinished === 0 &&
  seen.workflows === merges &&
  seen.succeeded === merges;
