import { setTimeout as delay } from 'node:timers/promises';
import { readOpenMatters } from '../evidence/read-centre.ts';
import { readGoal } from '../evidence/read-region.ts';
import type { RunSettings } from './run-settings.ts';
import { lookOnce } from './patience.ts';

const lookEveryMs = 200;

export interface Tending {
  /** Merges whose deployment nobody approves. */
  readonly unapproved: ReadonlySet<string>;
  /** Told of each time that a held deployment was let go on. */
  readonly onResume: () => void;
  /** Told of each time that a lane was opened for what waits in it. */
  readonly onUnlock: () => void;
  /** Told of each time that hosts which an abort had left were rolled back. */
  readonly onTidy: () => void;
  /** Nothing more is about to be merged or done. */
  readonly quiet: () => boolean;
}

/**
 * What the people on duty do, until told that it is over: they approve what asks for it; let go on what is held, since
 * hosts that were silent because what they report to was harmed may hold it; open a lane that an undo has locked when a
 * merge waits in it; and roll back what an abort has left and no later deployment took along.
 */
export async function tend(settings: RunSettings, tending: Tending, over: AbortSignal): Promise<void> {
  const { people } = settings;
  const approved = new Set<number>();
  const look = async (): Promise<void> => {
    const open = await people.open();
    for (const { number, state, held, source } of open) {
      const isUnwanted = source.from === 'merge' && tending.unapproved.has(source.commit);
      if (state === 'approving' && !approved.has(number) && !isUnwanted) {
        if (await people.sendByToken('approve', number)) approved.add(number);
      }
      if (held && (await people.sendByToken('resume', number))) tending.onResume();
    }
    const lane = await people.lane();
    if (lane.lock !== null && lane.active === null && lane.queue.length > 0 && !lane.queue[0]?.hotfix) {
      await people.unlock();
      tending.onUnlock();
    }
    const isIdle = open.length === 0 && lane.active === null && lane.queue.length === 0 && tending.quiet();
    if (isIdle && (await isLeft(settings)) && (await people.act({ verb: 'rollback' })).outcome === 'started')
      tending.onTidy();
  };
  while (!over.aborted) {
    await lookOnce(look);
    await delay(lookEveryMs, undefined, { signal: over }).catch(() => undefined);
  }
}

/** No merge is on its way to the lane, and a region is left mixed. */
async function isLeft(settings: RunSettings): Promise<boolean> {
  const { unfinished, holder } = await readOpenMatters(settings.databases, settings.service);
  return unfinished === 0 && holder === null && isMixed(settings);
}

/**
 * Some host may stay on a release that is not the base: an abort has left it there, and a later deployment has begun since
 * (`keep`) or none has (`hold`).
 */
export async function isMixed({
  stack,
  databases,
  service,
}: Pick<RunSettings, 'stack' | 'databases' | 'service'>): Promise<boolean> {
  for (const region of stack.regions) {
    const { keep, mode, next } = (await readGoal(databases, region, service)).row;
    if (keep.length > 0 || (mode === 'hold' && next !== null)) return true;
  }
  return false;
}
