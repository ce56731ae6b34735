import { setTimeout as sleep } from 'node:timers/promises';
import { signAgain } from '../activities/goals/sign-again.ts';
import type { GoalSignatures } from '../activities/goals/sign-again.ts';
import type { Director } from '../activities/goals/sign-goal.ts';
import type { RegionName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';

const lookEveryMs = 20_000;
const retryAfterMs = 5_000;

const formerDirector =
  "a newer director's key than this worker's has signed the region's goals within two minutes: if another worker has it, give this one that key and root.json, and restart it";

/** Keeps the region's goals from expiring, until `stop` aborts. Its first look makes up for the time that nobody looked. */
export async function runSignAgainLoop(
  parts: {
    readonly region: RegionName;
    readonly signatures: GoalSignatures;
    readonly director: Director;
    /** Of the root document that names it. */
    readonly rootVersion: number;
    readonly log: Logger;
  },
  stop: AbortSignal,
): Promise<void> {
  const { region, signatures, director, rootVersion, log } = parts;
  let [failing, isFormer] = [false, false];
  while (!stop.aborted) {
    try {
      const services = await untraced(() => signAgain(signatures, director, region, rootVersion));
      if (services === null && !isFormer) log.warn({ rootVersion }, formerDirector);
      if (services !== null && services.length > 0) log.info({ services: services.length }, 'goals were signed again');
      isFormer = services === null;
      failing = false;
    } catch (error) {
      if (!failing && !stop.aborted) log.warn({ error }, 'goals can not be signed again; trying again');
      failing = true;
    }
    await sleep(failing ? retryAfterMs : lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
