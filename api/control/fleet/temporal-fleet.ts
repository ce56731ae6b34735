import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { callFailure } from '../../../infra/temporal/failure-kind.ts';
import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import { fleetStart, lookSignal, passSignal } from '../../../workflows/messages/fleet.ts';
import type { FleetMessages } from './fleet-messages.ts';

/** A person waits for the answer, which does not depend on this. */
const tellMs = 1_500;

/** @see FleetMessages */
export function fleetMessages(client: Client, log: Logger): FleetMessages {
  const tell = async (call: () => Promise<unknown>): Promise<void> => {
    try {
      await client.withDeadline(Date.now() + tellMs, call);
    } catch (error) {
      // Of what is over, or has not begun, nobody has to be told.
      if (callFailure(error)?.kind === 'gone') return;
      log.warn({ error }, 'a change could not be told in Temporal; it is looked for without that');
    }
  };
  return {
    look() {
      const { workflowIdConflictPolicy: _policy, ...start } = fleetStart();
      return tell(() => client.workflow.signalWithStart('fleet', { ...start, signal: lookSignal, signalArgs: [] }));
    },
    lookAt: (service, deployment) =>
      tell(() => client.workflow.getHandle(deploymentWorkflowId(service, deployment)).signal(passSignal)),
  };
}
