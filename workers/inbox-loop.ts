/**
 * Drains the inbox into the lanes: the rows of one service one at a time, oldest first, several services side by side and
 * by turns, so that none waits for all that another one has.
 * A lane or a Temporal that is away costs waiting and nothing else. Any number of loops may run at once.
 */
import type { DeploymentRequest } from '../activities/lane/contract.ts';
import type { ServiceName } from '../domain/names.ts';
import type { Drained, LaneAnswer } from '../infra/postgres/central/inbox-records.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import type { Lanes } from './lanes.ts';
import type { WakeUp } from './wake-up.ts';

export interface Inbox {
  /** Those that wait longest first. */
  listWaitingServices(): Promise<readonly ServiceName[]>;
  drainOldest(service: ServiceName, submit: (request: DeploymentRequest) => Promise<LaneAnswer>): Promise<Drained>;
  listServicesInNeedOfLane(): Promise<readonly ServiceName[]>;
  /** Of those where something may start, and has not for a while. */
  listServicesToLookInto(): Promise<readonly ServiceName[]>;
}

export interface InboxLoopParts {
  readonly inbox: Inbox;
  readonly lanes: Lanes;
  /** Woken when rows were added. */
  readonly wakeUp: WakeUp;
  readonly log: Logger;
}

/** Notifications can be lost with their connection: the tables are looked at this often all the same. */
const tickMs = 1_000;
/** Services drained side by side; each holds a database connection while its lane answers. */
const maxParallel = 8;
/** Pauses of a service whose row could not be delivered, doubling from the first to the last; the first, while another loop has it. */
const firstPauseMs = 100;
const longestPauseMs = 1_000;

/** Runs until `stop` aborts, and returns when no row is under way any more. */
export async function runInboxLoop(parts: InboxLoopParts, stop: AbortSignal): Promise<void> {
  const { inbox, wakeUp, log } = parts;
  const draining = new Map<ServiceName, Promise<void>>();
  const pauses = new Map<ServiceName, Pause>();
  /** When each that waits had its last turn. */
  const turns = new Map<ServiceName, number>();
  let turn = 0;
  while (!stop.aborted) {
    const waiting: readonly ServiceName[] = await inbox.listWaitingServices().catch((error: unknown) => {
      log.warn({ error }, 'the inbox can not be read; trying again');
      return [];
    });
    const ready = waiting.filter((service) => !draining.has(service) && !isPaused(pauses.get(service)));
    for (const service of byTurns(ready, turns).slice(0, maxParallel - draining.size)) {
      turns.set(service, ++turn);
      const drained = drainService(parts, service, pauses, stop).finally(() => {
        draining.delete(service);
        wakeUp.wake();
      });
      draining.set(service, drained);
    }
    for (const service of turns.keys()) if (!waiting.includes(service) && !draining.has(service)) turns.delete(service);
    await wakeUp.sleep(untilNextLook(waiting, pauses), stop);
  }
  await Promise.all(draining.values());
}

/** Those whose last turn is longest ago first; of those that had none, whose merge is oldest. */
const byTurns = (services: readonly ServiceName[], turns: ReadonlyMap<ServiceName, number>): readonly ServiceName[] =>
  services.toSorted((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0));

interface Pause {
  readonly failures: number;
  readonly untilMs: number;
}

const isPaused = (pause: Pause | undefined): boolean => pause !== undefined && pause.untilMs > Date.now();

/** The next pause that ends, or the tick. */
function untilNextLook(waiting: readonly ServiceName[], pauses: ReadonlyMap<ServiceName, Pause>): number {
  const ends = waiting.flatMap((service) => pauses.get(service)?.untilMs ?? []).map((untilMs) => untilMs - Date.now());
  return Math.min(tickMs, ...ends.filter((ms) => ms > 0));
}

/** One row: whose turn is next is asked anew after each. */
async function drainService(
  { inbox, lanes, log }: InboxLoopParts,
  service: ServiceName,
  pauses: Map<ServiceName, Pause>,
  stop: AbortSignal,
): Promise<void> {
  const failed = pauses.get(service)?.failures ?? 0;
  try {
    const drained = await inbox.drainOldest(service, lanes.submit);
    pauses.delete(service);
    if (drained === 'taken elsewhere') pauses.set(service, { failures: failed, untilMs: Date.now() + firstPauseMs });
    else if (failed > 0) log.info({ service }, 'merges are delivered again');
  } catch (error) {
    if (stop.aborted) return;
    const failures = failed + 1;
    pauses.set(service, { failures, untilMs: Date.now() + pauseMs(failures) });
    // Once an outage, not once a try.
    if (failures === 1) log.warn({ service, error }, 'a merge could not be delivered to its lane; it is tried again');
  }
}

/** With jitter, so that services that failed together don't come back together. */
const pauseMs = (failures: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
