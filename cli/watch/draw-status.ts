import { watchConnection, type ConnectionNews, type ConnectionWatch } from '../connection-news.ts';
import { followEvents, NoStreamError, streamAgainMs } from '../follow-events.ts';
import { mayArrive } from '../insistent-call.ts';
import { loadLiveScreen } from '../live/load-live-screen.ts';
import { rest } from '../rest.ts';
import type { Session } from '../session.ts';
import type { Status, StatusScope } from '../status.ts';
import { onEachChange } from './on-each-change.ts';
import { statusFrame } from './status-frame.ts';
import { eventsOf, pollEveryMs, type WatchedStatus } from './watched-status.ts';

/** Drawn in place, anew with each change. */
export async function drawStatus(session: Session, scope: StatusScope, { read }: WatchedStatus): Promise<never> {
  const { interrupted, around } = session;
  let status: Status | null = null;
  let connected: ConnectionNews = { type: 'found', afterMs: 0 };
  const screen = await loadLiveScreen(around.stdout, around.environment);
  const draw = (): void =>
    screen.draw((room) => (status === null ? [] : statusFrame(status, connected, Date.now(), room)));
  const connection = watchConnection((news) => {
    connected = news;
    draw();
  });
  const readAgain = async (heard: () => void): Promise<void> => {
    try {
      status = await read();
      heard();
    } catch (error) {
      interrupted.throwIfAborted();
      if (!mayArrive(error)) throw error;
      connection.lost((error as Error).message);
    }
    draw();
  };
  try {
    return await keepReading(session, scope, connection, readAgain);
  } finally {
    await screen.close();
  }
}

/** With each event; where nothing streams every other second, until the stream is tried anew. */
async function keepReading(
  { client, interrupted }: Session,
  scope: StatusScope,
  connection: ConnectionWatch,
  readAgain: (heard: () => void) => Promise<void>,
): Promise<never> {
  for (;;) {
    const because = await onEachChange(
      (signal) => followEvents(client, eventsOf(scope), { signal, connection }),
      () => readAgain(() => connection.heard()),
      interrupted,
    ).catch((error: unknown) => {
      if (!(error instanceof NoStreamError)) throw error;
      return error.message;
    });
    for (const until = performance.now() + streamAgainMs; performance.now() < until;) {
      await readAgain(() => connection.polled(because));
      await rest(pollEveryMs, interrupted);
    }
  }
}
