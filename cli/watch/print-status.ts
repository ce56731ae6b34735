import { connectionSentence, watchConnection, type ConnectionWatch } from '../connection-news.ts';
import { followEvents, NoStreamError, streamAgainMs } from '../follow-events.ts';
import { mayArrive } from '../insistent-call.ts';
import { rest } from '../rest.ts';
import type { Session } from '../session.ts';
import type { StatusScope } from '../status.ts';
import { printedStatus, type PrintedStatus } from './printed-status.ts';
import { eventsOf, pollEveryMs, type WatchedStatus } from './watched-status.ts';

/** Told once, and then line by line; in a silence, what moves. */
export async function printStatus(
  session: Session,
  scope: StatusScope,
  { read, print }: WatchedStatus,
): Promise<never> {
  const { output } = session;
  const lines = printedStatus(output, scope);
  const connection = watchConnection((news) => {
    lines.cut(news.type === 'cut' ? news : null);
    output.note(connectionSentence(news));
  });
  const telling = { lines, connection, read, print };
  try {
    for (;;) {
      const because = await tellEvents(session, scope, telling);
      await tellPolled(session, telling, because);
    }
  } finally {
    lines.close();
  }
}

interface Telling extends WatchedStatus {
  readonly lines: PrintedStatus;
  readonly connection: ConnectionWatch;
}

/** Answers why, when nothing streams. */
async function tellEvents(
  { client, interrupted: signal }: Session,
  scope: StatusScope,
  { lines, connection, read, print }: Telling,
): Promise<string> {
  try {
    for await (const event of followEvents(client, eventsOf(scope), { signal, connection })) {
      // The stream is open by then: what happens from now on is told.
      if (event.type === 'snapshot') print(await read());
      lines.tell(event);
    }
  } catch (error) {
    if (error instanceof NoStreamError) return `${error.message}: a proxy holds it back`;
    throw error;
  }
  throw new Error('the events ended');
}

/** Later and coarser, until the stream is tried anew. An api that doesn't answer is asked again. */
async function tellPolled(
  { client, interrupted: signal }: Session,
  { lines, connection, read, print }: Telling,
  because: string,
): Promise<void> {
  for (const until = performance.now() + streamAgainMs; performance.now() < until;) {
    try {
      const status = await read();
      connection.polled(because);
      const gone = lines.polled(status.services);
      if (gone === null) print(status);
      for (const { service, number } of gone ?? [])
        lines.over(await client.call('showDeployment', { path: { service, deployment: number }, signal }));
    } catch (error) {
      signal.throwIfAborted();
      if (!mayArrive(error)) throw error;
      connection.lost((error as Error).message);
    }
    await rest(pollEveryMs, signal);
  }
}
