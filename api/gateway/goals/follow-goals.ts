import type { Logger } from 'pino';
import type { GoalBoard } from './goal-board.ts';
import type { PollRoom } from './poll-room.ts';

/** How long after a failed read it is tried again. */
const retryMs = 500;

/**
 * Keeps the board as the database is, and answers polls when it changes. Returns what a listener calls when something may
 * have: of calls that come while goals are read, one more read sees all.
 */
export function followGoals(board: GoalBoard, room: PollRoom, log: Logger): () => void {
  let [reading, changed] = [false, false];
  async function read(): Promise<void> {
    reading = true;
    while (changed) {
      changed = false;
      const wasClosed = board.isClosed();
      for (const { service, turnOf } of await board.refresh()) room.look(service, turnOf);
      if (board.isClosed() && !wasClosed) room.callAll();
    }
  }
  return function look(): void {
    changed = true;
    if (reading) return;
    read()
      .catch((error: unknown) => {
        log.warn({ err: error }, 'goals could not be read');
        setTimeout(look, retryMs).unref();
      })
      .finally(() => (reading = false));
  };
}
