import type { Logger } from 'pino';
import type { ServiceName } from '../../../domain/names.ts';
import type { GoalBoard } from './goal-board.ts';
import type { PollRoom } from './poll-room.ts';

/** How long after a failed read it is tried again. */
const retryMs = 500;

/**
 * Keeps the board as the database is, and answers polls when it changes. `null` means that anything may have changed:
 * at the start, and after the connection that listens was lost. Returns what a listener calls.
 */
export function followGoals(board: GoalBoard, room: PollRoom, log: Logger): (service: ServiceName | null) => void {
  let retry: NodeJS.Timeout | undefined;
  const changed = (service: ServiceName | null): void => {
    board.refresh(service).then(
      () => room.look(service),
      (error: unknown) => {
        log.warn({ err: error, service }, 'goals could not be read');
        // What was missed isn't known any more: all of them, once the database answers.
        clearTimeout(retry);
        retry = setTimeout(changed, retryMs, null);
        retry.unref();
      },
    );
  };
  return changed;
}
