import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { fleetStart, lookSignal } from '../../../workflows/messages/fleet.ts';
import type { FleetMessages } from './fleet-messages.ts';

/** A person waits for the answer, which does not depend on this. */
const tellMs = 1_500;

/** @see FleetMessages */
export const fleetMessages = (client: Client, log: Logger): FleetMessages => ({
  async look() {
    const { workflowIdConflictPolicy: _policy, ...start } = fleetStart();
    const tell = () => client.workflow.signalWithStart('fleet', { ...start, signal: lookSignal, signalArgs: [] });
    try {
      await client.withDeadline(Date.now() + tellMs, tell);
    } catch (error) {
      log.warn({ error }, 'the fleet could not be told of a change; it looks by itself');
    }
  },
});
