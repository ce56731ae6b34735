import type { Deployment } from '../../protocol/api/deployment.ts';
import { connectionSentence, watchConnection, type ConnectionWatch } from '../connection-news.ts';
import { exitCodes } from '../exit-code.ts';
import { followEvents, NoStreamError, streamAgainMs } from '../follow-events.ts';
import { mayArrive } from '../insistent-call.ts';
import { rest } from '../rest.ts';
import type { Session } from '../session.ts';
import { stateSentence } from '../state-sentence.ts';
import type { StatusScope } from '../status.ts';
import { changedDeployments } from './changed-deployments.ts';
import { printedStatus, type PrintedStatus } from './printed-status.ts';
import { eventsOf, pollEveryMs, type WatchedStatus } from './watched-status.ts';

/** Told once, and then line by line; in a silence, what moves. */
export async function printStatus(session: Session, scope: StatusScope, watched: WatchedStatus): Promise<never> {
  const { output, interrupted } = session;
  const lines = printedStatus(output, scope);
  const connection = watchConnection((news) => {
    lines.cut(news.type === 'cut' ? news : null);
    output.news(connectionSentence(news));
  });
  const telling = { scope, lines, connection, watched };
  const polled: Polled = { known: new Map(), isTold: false };
  try {
    for (;;) {
      const because = await tellEvents(session, telling);
      await tellPolled(session, telling, polled, because);
    }
  } catch (error) {
    if (interrupted.aborted) output.event(resultOf(exitCodes.interrupted));
    throw error;
  } finally {
    lines.close();
  }
}

/** The last event, as of a deployment that is watched; what runs where has no end of its own. */
const resultOf = (exitCode: number) => ({
  type: 'result',
  at: new Date().toISOString(),
  deployment: null,
  outcome: null,
  reason: null,
  pending: [],
  exitCode,
});

interface Telling {
  readonly scope: StatusScope;
  readonly lines: PrintedStatus;
  readonly connection: ConnectionWatch;
  readonly watched: WatchedStatus;
}

/** Answers why, when nothing streams. */
async function tellEvents(
  { client, interrupted: signal }: Session,
  { scope, lines, connection, watched }: Telling,
): Promise<string> {
  try {
    for await (const event of followEvents(client, eventsOf(scope), { signal, connection })) {
      if (event.type === 'snapshot') {
        // The stream is open by then: what happens from now on is told.
        watched.print(await watched.read());
        lines.moving(event.deployments);
      }
      if (event.type === 'change') lines.change(event);
    }
  } catch (error) {
    if (error instanceof NoStreamError) return error.message;
    throw error;
  }
  throw new Error('the events ended');
}

/** What was learned by asking. */
interface Polled {
  /** What was open at the last look, by name. */
  readonly known: Map<string, Deployment>;
  /** All of it was told. */
  isTold: boolean;
}

/** Later and coarser, until the stream is tried anew. An api that doesn't answer is asked again. */
async function tellPolled(session: Session, telling: Telling, polled: Polled, because: string): Promise<void> {
  const { interrupted: signal } = session;
  const { connection } = telling;
  for (const until = performance.now() + streamAgainMs; performance.now() < until;) {
    try {
      await tellLook(session, telling, polled, because);
    } catch (error) {
      signal.throwIfAborted();
      if (!mayArrive(error)) throw error;
      connection.lost((error as Error).message);
    }
    await rest(pollEveryMs, signal);
  }
}

async function tellLook(
  { client, interrupted }: Session,
  { scope, lines, connection, watched }: Telling,
  polled: Polled,
  because: string,
): Promise<void> {
  const changed = await changedDeployments(client, scope, polled.known, interrupted);
  const status = polled.isTold ? null : await watched.read();
  connection.polled(because);
  for (const deployment of changed) {
    if (deployment.outcome === null) polled.known.set(deployment.deployment, deployment);
    else polled.known.delete(deployment.deployment);
    if (status === null) lines.change(changeOf(deployment));
  }
  if (status === null) return;
  watched.print(status);
  lines.moving(changed);
  polled.isTold = true;
}

const changeOf = (deployment: Deployment) => ({
  at: deployment.endedAt ?? new Date().toISOString(),
  object: deployment.deployment,
  message: stateSentence(deployment),
  deployment,
});
