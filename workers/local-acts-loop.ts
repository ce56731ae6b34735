import type { LocalActOutbox } from '../infra/postgres/region/local-acts.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';
import type { Centre } from './centre.ts';
import type { WakeUp } from './wake-up.ts';

export interface LocalActsParts {
  readonly outbox: LocalActOutbox;
  readonly centre: Pick<Centre, 'postLocalActs'>;
  /** Woken when something was done in the region. */
  readonly wakeUp: WakeUp;
  readonly log: Logger;
}

const lookEveryMs = 5_000;
const retryAfterMs = 1_000;

/**
 * Tells the centre what was done inside the region, oldest first, until `stop` aborts. What it hasn't taken is told again
 * for as long as it takes: at least once, and it knows each act by its id.
 */
export async function runLocalActsLoop(
  { outbox, centre, wakeUp, log }: LocalActsParts,
  stop: AbortSignal,
): Promise<void> {
  let failing = false;
  while (!stop.aborted) {
    try {
      const told = await untraced(async () => {
        const acts = await outbox.read();
        if (acts.length === 0) return 0;
        await centre.postLocalActs(acts, stop);
        await outbox.markTold(acts);
        return acts.length;
      });
      if (told > 0) log.info({ acts: told }, 'the centre knows what was done in this region');
      failing = false;
      if (told > 0) continue;
    } catch (error) {
      if (!failing && !stop.aborted) log.warn({ error }, 'the centre was not told what was done here; trying again');
      failing = true;
    }
    await wakeUp.sleep(failing ? retryAfterMs : lookEveryMs, stop);
  }
}
