import { setTimeout as delay } from 'node:timers/promises';
import type { Journals } from '../evidence/follow-journals.ts';
import type { RowLooks } from '../evidence/look-at-rows.ts';
import type { Moment } from '../scenario/moment.ts';

/** What moments are told by: seen since the run began. */
export interface Sights {
  readonly journals: Pick<Journals, 'entries'>;
  readonly rows: Pick<RowLooks, 'open'>;
}

const lookEveryMs = 5;

/** Waits for the moment, from the delivery on. False when the run is over before it comes. */
export async function untilMoment(moment: Moment, sights: Sights, over: AbortSignal): Promise<boolean> {
  while (!hasCome(moment, sights)) {
    if (over.aborted) return false;
    await delay(lookEveryMs);
  }
  await delay(moment.afterMs, undefined, { signal: over }).catch(() => undefined);
  return !over.aborted;
}

function hasCome(moment: Moment, { journals, rows }: Sights): boolean {
  switch (moment.once) {
    case 'delivered':
      return true;
    case 'state':
      return rows.open.at(-1)?.some(({ state }) => state === moment.state) ?? false;
    case 'journal':
      return journals.entries.some(({ host, event }) => host === moment.host && event.type === moment.type);
  }
}
