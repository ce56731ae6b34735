import type { Client } from '@temporalio/client';
import type { Logger } from '../infra/telemetry/logger.ts';
import { findTooOld, tooOldText } from '../infra/temporal/before-the-last.ts';

/**
 * Says once, at the start of a new version, what is pinned to one from before the last: an operator who reads it before
 * making this one the current one can still let that end.
 */
export async function warnOfTooOld(client: Client, buildId: string, log: Pick<Logger, 'warn'>): Promise<void> {
  try {
    for (const found of await findTooOld(client, buildId)) log.warn({ pinned: found }, tooOldText(found));
  } catch (error) {
    log.warn({ error }, 'Temporal did not say what is pinned to older versions');
  }
}
