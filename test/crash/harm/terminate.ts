import { Client, WorkflowNotFoundError, type Connection } from '@temporalio/client';
import { temporalNamespace } from '../../../infra/local/programs.ts';
import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import { fleetWorkflowId } from '../../../workflows/messages/fleet.ts';
import { laneWorkflowId } from '../../../workflows/messages/lane.ts';
import { regionRolloutWorkflowId, regionUndoWorkflowId } from '../../../workflows/messages/region.ts';
import { readDeployments } from '../evidence/read-centre.ts';
import type { RunSettings } from '../run/run-settings.ts';
import type { Terminated } from '../scenario/fault.ts';

type Settings = Pick<RunSettings, 'stack' | 'databases' | 'service'>;
const patienceMs = 5_000;

/** Terminates what runs of it now. Answers the ids; none when nothing of it runs. */
export async function terminate(
  settings: Settings,
  connection: Connection,
  what: Terminated,
): Promise<readonly string[]> {
  const ids = await idsOf(settings, what);
  const client = new Client({ connection, namespace: temporalNamespace(settings.stack.data) });
  const ended = await Promise.all(ids.map((id) => terminateOne(client, id)));
  return ids.filter((_, index) => ended[index]);
}

async function idsOf({ stack, databases, service }: Settings, what: Terminated): Promise<readonly string[]> {
  if (what === 'lane') return [laneWorkflowId(service)];
  if (what === 'fleet') return [fleetWorkflowId];
  const deployments = await readDeployments(databases, service);
  const open = deployments.filter(({ outcome, started }) => outcome === null && started);
  return open.flatMap(({ number }) => {
    if (what === 'deployment') return [deploymentWorkflowId(service, number)];
    const idOf = what === 'rollouts' ? regionRolloutWorkflowId : regionUndoWorkflowId;
    return stack.regions.map((region) => idOf(service, number, region));
  });
}

async function terminateOne(client: Client, id: string): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + patienceMs, () => client.workflow.getHandle(id).terminate('a crash run'));
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
