import { isSettled } from '../../domain/host/observed-state.ts';
import type { HostState } from '../../domain/host/service-state.ts';
import type { Digest } from '../../domain/names.ts';
import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import { bootId } from '../process-identity.ts';
import { agentVersion } from '../version.ts';
import { backoffMs } from './backoff.ts';
import type { GatewayClient } from './gateway-client.ts';
import { GatewayError } from './gateway-error.ts';
import { nextSequence } from './report-sequence.ts';
import { serviceReports } from './service-report.ts';
import { openBell, type Bell } from './bell.ts';

export interface ReportLoopOptions {
  readonly loop: HostLoop;
  readonly client: Pick<GatewayClient, 'report'>;
  /** Digest of the machine's id; null where there is none. */
  readonly machine: Digest | null;
  /** What the gateway asked for last. */
  readonly reportEveryMs: () => number;
  /** The gateway didn't take a report: a poll that seems to hang may be talking to nobody. */
  readonly onUnreachable: () => void;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** While a goal is on its way the region waits for this host. */
const unsettledEveryMs = 1_000;

/**
 * Tells the region how this host stands: at once when something changed, and every so often when nothing did. A report
 * that fails changes nothing here; the next one says it all again (mendersoftware/mender#827).
 */
export async function runReports(options: ReportLoopOptions): Promise<void> {
  const { loop, signal } = options;
  const bell = openBell(signal);
  const unsubscribe = loop.onChange(() => bell.ring());
  let last = { text: '', atMs: -Infinity, failures: 0 };
  try {
    while (!signal.aborted) {
      const services = serviceReports(loop.state, Date.now());
      const text = JSON.stringify(services);
      const dueMs = last.atMs + intervalMs(loop.state, options) - performance.now();
      if (text === last.text && dueMs > 0) {
        await bell.wait(dueMs);
        continue;
      }
      const failure = await send(services, options);
      last =
        failure === null ? { text, atMs: performance.now(), failures: 0 } : { ...last, failures: last.failures + 1 };
      if (failure !== null) await backOff(failure, last.failures, options, bell);
    }
  } finally {
    unsubscribe();
  }
}

function intervalMs({ host, services }: HostState, { reportEveryMs }: ReportLoopOptions): number {
  const settled = [...services.values()].every((service) => isSettled(host, service, Date.now()));
  return settled ? reportEveryMs() : Math.min(unsettledEveryMs, reportEveryMs());
}

async function send(services: ReturnType<typeof serviceReports>, options: ReportLoopOptions): Promise<Error | null> {
  const { loop, client, machine, log, signal } = options;
  const { indexVersion, root } = loop.state;
  try {
    const sequence = await nextSequence(loop);
    await client.report(
      {
        sequence,
        bootId: bootId(),
        agentVersion,
        machine,
        indexVersion,
        ...(root && { rootVersion: root.version }),
        services: [...services],
      },
      signal,
    );
    return null;
  } catch (error) {
    if (!signal.aborted) log.warn('a report was not taken', { reason: (error as Error).message });
    return error as Error;
  }
}

async function backOff(failure: Error, failures: number, options: ReportLoopOptions, bell: Bell): Promise<void> {
  const gateway = failure instanceof GatewayError ? failure : null;
  if (gateway?.status === 0) options.onUnreachable();
  const retryAfterMs = gateway?.retryAfterMs ?? 0;
  const reportEveryMs = intervalMs(options.loop.state, options);
  await bell.pause(backoffMs({ failures, reportEveryMs, retryAfterMs, random: Math.random() }));
}
