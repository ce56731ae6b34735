import { isLiveTerminal } from '../live/room.ts';
import type { Session } from '../session.ts';
import type { StatusScope } from '../status.ts';
import { drawStatus } from './draw-status.ts';
import { printStatus } from './print-status.ts';
import type { WatchedStatus } from './watched-status.ts';

/** Until Ctrl-C: drawn in place for a person at a terminal, else told once and then line by line. */
export function watchStatus(session: Session, scope: StatusScope, watched: WatchedStatus): Promise<never> {
  const { output, around } = session;
  const isLive = !output.isJson && isLiveTerminal(around.stdout, around.environment);
  return isLive ? drawStatus(session, scope, watched) : printStatus(session, scope, watched);
}
