import { setTimeout as delay } from 'node:timers/promises';
import { checkDelayMs } from '../../domain/host/check-times.ts';
import { observe, startHealth } from '../../domain/host/health.ts';
import type { Instance } from '../../domain/host/service-state.ts';
import { checkHealth } from '../health/check-health.ts';
import type { CommandSetting } from '../health/run-command.ts';
import { statusOf } from '../keeper/ensure-keeper.ts';
import type { KeeperPlace } from '../keeper/keeper-place.ts';

export type Proof =
  | { readonly outcome: 'healthy' }
  | { readonly outcome: 'failed'; readonly reason: string }
  /** Nobody wants it any more. */
  | { readonly outcome: 'unwanted' };

/** How often its end, and whether it is still wanted, are looked at between checks. */
const lookMs = 100;

/**
 * Asks an instance that nobody is sent to yet until it is healthy, has failed, or isn't wanted. The same rule as for one that
 * serves: failures in the start period don't count, and what could not be asked neither passes nor fails.
 */
export async function proveInstance(
  instance: Instance,
  place: KeeperPlace,
  setting: CommandSetting,
  isWanted: () => boolean,
): Promise<Proof> {
  let health = startHealth(Date.now());
  for (let n = 0; ; n++) {
    const nextAtMs = performance.now() + checkDelayMs(instance.health, instance.id, n);
    do {
      if (!isWanted()) return { outcome: 'unwanted' };
      const ended = await endOf(instance, place);
      if (ended !== null) return { outcome: 'failed', reason: ended };
      await delay(Math.min(lookMs, Math.max(0, nextAtMs - performance.now())));
    } while (performance.now() < nextAtMs);
    health = observe(health, instance.health, await checkHealth(instance, setting), Date.now());
    if (health.phase === 'healthy') return { outcome: 'healthy' };
    if (health.phase === 'unhealthy') return { outcome: 'failed', reason: health.reason ?? 'unhealthy' };
  }
}

/** How it ended, as its keeper saw; null while it runs, or nobody can say. */
async function endOf({ id }: Instance, { keeper }: KeeperPlace): Promise<string | null> {
  const status = await statusOf(keeper);
  if (status === null) return null;
  return status.instance?.id === id ? (status.instance.exit?.how ?? null) : 'its keeper does not know it';
}
