import { TestWorkflowEnvironment } from '@temporalio/testing';
import { connectTestTemporal } from '../temporal.ts';
import { createWorkflowWorld, type WorkflowWorld } from './environment.ts';

/** A world on Temporal's own server, where time goes by itself. */
export async function createServerWorld(): Promise<WorkflowWorld> {
  const temporal = await connectTestTemporal();
  const { address, namespace } = temporal;
  const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace });
  const world = await createWorkflowWorld({ env });
  return {
    ...world,
    close: async () => {
      await world.close();
      await temporal.close();
    },
  };
}
