import { setTimeout as delay } from 'node:timers/promises';
import { startStackTemporal } from '../../infra/local/servers.ts';
import type { SupervisedProcess } from '../../infra/local/supervised-process.ts';
import { findTemporalCli } from '../../infra/local/tools/find-tool.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** `killed` (-9): connections are refused. `frozen` (SIGSTOP): they are taken, and nothing answers. */
export type Outage = 'killed' | 'frozen';

/**
 * Runs `meanwhile` while Temporal is away, which is at least `forMs`. Resolves when it is back, with the time when it was
 * started again or let go on, by the wall clock.
 */
export type DuringOutage = (outage: Outage, forMs: number, meanwhile: () => Promise<void>) => Promise<number>;

export function temporalOutages(stack: BenchStack): DuringOutage {
  let temporal: SupervisedProcess = stack.process('temporal');
  const send = (signal: NodeJS.Signals): void => void process.kill(temporal.pid()!, signal);
  const takeAway: Readonly<Record<Outage, () => Promise<void>>> = {
    frozen: async () => send('SIGSTOP'),
    async killed() {
      // Stopped first, or its supervisor would start it again.
      const stopped = temporal.stop();
      send('SIGKILL');
      await stopped;
    },
  };
  const bringBack: Readonly<Record<Outage, () => Promise<void>>> = {
    frozen: async () => send('SIGCONT'),
    async killed() {
      temporal = await startStackTemporal(stack.supervision, await findTemporalCli(), stack.shape.addresses);
      stack.replaceServer(temporal);
    },
  };
  return async (outage, forMs, meanwhile) => {
    await takeAway[outage]();
    let endedAtMs: number;
    try {
      await Promise.all([delay(forMs), meanwhile()]);
    } finally {
      endedAtMs = Date.now();
      await bringBack[outage]();
    }
    return endedAtMs;
  };
}
