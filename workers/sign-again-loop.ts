import { setTimeout as sleep } from 'node:timers/promises';
import { signAgain } from '../activities/goals/sign-again.ts';
import type { GoalSignatures } from '../activities/goals/sign-again.ts';
import type { Director } from '../activities/goals/sign-goal.ts';
import type { RegionName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';

const lookEveryMs = 20_000;
const retryAfterMs = 5_000;

/** Keeps the region's goals from expiring, until `stop` aborts. Its first look makes up for the time that nobody looked. */
export async function runSignAgainLoop(
  parts: {
    readonly region: RegionName;
    readonly signatures: GoalSignatures;
    readonly director: Director;
    readonly log: Logger;
  },
  stop: AbortSignal,
): Promise<void> {
  const { region, signatures, director, log } = parts;
  let failing = false;
  while (!stop.aborted) {
    try {
      const services = await untraced(() => signAgain(signatures, director, region));
      if (services.length > 0) log.info({ services: services.length }, 'goals were signed again');
      failing = false;
    } catch (error) {
      if (!failing && !stop.aborted) log.warn({ error }, 'goals can not be signed again; trying again');
      failing = true;
    }
    await sleep(failing ? retryAfterMs : lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
