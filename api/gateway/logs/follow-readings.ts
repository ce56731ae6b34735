import type { Logger } from 'pino';
import type { LogBoard } from './log-board.ts';

/** Keeps the board as the database is: call the answer whenever something may have changed. Looks one after the other. */
export function followReadings(board: LogBoard, log: Logger): () => void {
  let isLooking = false;
  let again = false;
  const look = async (): Promise<void> => {
    isLooking = true;
    while (again) {
      again = false;
      await board.refresh().catch((error: unknown) => log.warn({ err: error }, 'what is to be read was not looked up'));
    }
    isLooking = false;
  };
  return () => {
    again = true;
    if (!isLooking) void look();
  };
}
