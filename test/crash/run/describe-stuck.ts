import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Deployment, ObligationRow, Service } from '../../../infra/postgres/central/entities.ts';
import { HostRecord, HostServiceRecord } from '../../../infra/postgres/region/entities/hosts.ts';
import { temporalNamespace } from '../../../infra/local/programs.ts';
import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../../../workflows/messages/lane.ts';
import type { StackDatabases } from '../evidence/databases.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { Awaited } from './until-over.ts';

/** Everything that tells why a run doesn't end: rows, workflows with what they wait for, and the last lines of logs. */
export interface StuckRun {
  readonly missing: string;
  readonly centre: unknown;
  readonly reports: unknown;
  readonly workflows: unknown;
  readonly logs: Readonly<Record<string, readonly string[]>>;
}

const shownLines = 15;
const patienceMs = 5_000;

export async function describeStuck({ stack, databases, service }: Awaited, missing: string): Promise<StuckRun> {
  return {
    missing,
    centre: await orFault(() => centreRows(databases, service)),
    reports: await orFault(() => reportRows(stack, databases, service)),
    workflows: await orFault(() => describeWorkflows(stack, databases, service)),
    logs: lastLines(stack.data.logs),
  };
}

async function centreRows(databases: StackDatabases, service: Awaited['service']): Promise<unknown> {
  const em = databases.central();
  return {
    service: await em.findOne(Service, { name: service }),
    deployments: await em.find(Deployment, { service }, { orderBy: { number: 'desc' }, limit: 2 }),
    obligations: await em.find(ObligationRow, { service }),
  };
}

async function reportRows(
  stack: RunningStack,
  databases: StackDatabases,
  service: Awaited['service'],
): Promise<unknown> {
  const rows = await Promise.all(
    stack.regions.map(async (region) => {
      const em = databases.region(region);
      const heard = new Map((await em.find(HostRecord, {})).map(({ id, reportedAt }) => [id, reportedAt]));
      const said = await em.find(HostServiceRecord, { service });
      return said.map((row) => ({ ...row, heardAt: heard.get(row.host) }));
    }),
  );
  return rows.flat().map(({ host, generation, running, health, state, reason, changedAt, heardAt }) => ({
    host,
    generation,
    running,
    health,
    state,
    reason,
    changedAt,
    heardAt,
  }));
}

/** The lane and open deployments with their regions, as `temporal workflow describe` and `stack` show them. */
async function describeWorkflows(
  { addresses, data, regions }: RunningStack,
  databases: StackDatabases,
  service: Awaited['service'],
): Promise<unknown> {
  const open = await databases.central().find(Deployment, { service, outcome: null });
  const ids = open.map(({ number }) => deploymentWorkflowId(service, number));
  const ofRegions = ids.flatMap((id) => regions.flatMap((region) => [`${id}:${region}`, `${id}:${region}:undo`]));
  const connection = await Connection.connect({ address: addresses.temporal, connectTimeout: patienceMs });
  try {
    const client = new Client({ connection, namespace: temporalNamespace(data) });
    return await Promise.all([laneWorkflowId(service), ...ids, ...ofRegions].map((id) => describeWorkflow(client, id)));
  } finally {
    await connection.close();
  }
}

async function describeWorkflow(client: Client, id: string): Promise<unknown> {
  return orFault(async () => {
    const handle = client.workflow.getHandle(id);
    const { status, historyLength, raw } = await handle.describe();
    const activities = raw.pendingActivities?.map(
      ({ activityType, state, attempt, lastFailure, lastHeartbeatTime }) => ({
        activity: activityType?.name,
        state,
        attempt,
        lastHeartbeatTime,
        failure: lastFailure?.message,
      }),
    );
    const waits = status.name === 'RUNNING' ? await orFault(() => whereItWaits(client, id)) : null;
    return { id, status: status.name, historyLength, activities, waits };
  });
}

/** What every part of a workflow waits for; a query that each workflow answers. */
const whereItWaits = (client: Client, id: string): Promise<unknown> =>
  client.withDeadline(Date.now() + patienceMs, () => client.workflow.getHandle(id).query('__stack_trace'));

const lastLines = (logs: string): StuckRun['logs'] =>
  Object.fromEntries(
    readdirSync(logs).map((name) => [
      name,
      readFileSync(path.join(logs, name), 'utf8').trim().split('\n').slice(-shownLines),
    ]),
  );

async function orFault(look: () => Promise<unknown>): Promise<unknown> {
  try {
    return await look();
  } catch (error) {
    return `could not be seen: ${(error as Error).message}`;
  }
}
