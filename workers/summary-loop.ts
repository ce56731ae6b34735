import { setTimeout as sleep } from 'node:timers/promises';
import type { LeftHostsOutbox } from '../infra/postgres/region/left-hosts.ts';
import type { SummaryOutbox } from '../infra/postgres/region/summary-outbox.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';
import type { Centre } from './centre.ts';
import type { WakeUp } from './wake-up.ts';

export interface SummaryParts {
  readonly outbox: SummaryOutbox;
  readonly leftHosts: LeftHostsOutbox;
  readonly centre: Centre;
  /** Woken when anything is said about a service of the region. */
  readonly wakeUp: WakeUp;
  readonly log: Logger;
}

/** A host that falls silent wakes nobody. */
const lookEveryMs = 5_000;
const retryAfterMs = 1_000;
/** Between two looks, however much happens: a summary is due at most once a second. */
const shortestRestMs = 1_000;
/** Counting 20,000 hosts costs something: at most a quarter of the time is spent on it. */
const restPerLook = 3;

/**
 * Tells the centre how the services of a region are, until `stop` aborts. What the centre didn't take isn't kept: hosts
 * are counted again, so that a centre that was away gets the newest counts and not a queue of old ones.
 */
export async function runSummaryLoop(parts: SummaryParts, stop: AbortSignal): Promise<void> {
  const { wakeUp, log } = parts;
  let failing = false;
  let restMs = shortestRestMs;
  const onLook = (lookedMs: number): void => void (restMs = Math.max(shortestRestMs, restPerLook * lookedMs));
  while (!stop.aborted) {
    try {
      const sent = await untraced(() => sendDue(parts, stop, onLook));
      if (failing && sent) log.info('the centre takes summaries again');
      failing &&= !sent;
    } catch (error) {
      if (!failing && !stop.aborted) log.warn({ error }, 'the centre took no summary of this region; trying again');
      failing = true;
    }
    await sleep(restMs, undefined, { signal: stop }).catch(() => undefined);
    await wakeUp.sleep(failing ? retryAfterMs : lookEveryMs, stop);
  }
}

/** False when there was nothing to say. `onLook` gets the milliseconds that counting took. */
async function sendDue(
  { outbox, leftHosts, centre }: SummaryParts,
  stop: AbortSignal,
  onLook: (lookedMs: number) => void,
): Promise<boolean> {
  const startedAt = performance.now();
  const due = await outbox.claim();
  const left = await leftHosts.read();
  onLook(performance.now() - startedAt);
  for (const summary of due?.summaries ?? []) await centre.post(summary, stop);
  if (due !== null) await outbox.markAccepted(due);
  for (const part of left?.parts ?? []) await centre.postLeftHosts(part, stop);
  if (left !== null) leftHosts.markAccepted(left);
  return due !== null || left !== null;
}
