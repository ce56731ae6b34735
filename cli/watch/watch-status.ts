import type { ApiEvent } from '../../protocol/api/events.ts';
import { connectionSentence, watchConnection, type ConnectionNews } from '../connection-news.ts';
import { followEvents, NoStreamError } from '../follow-events.ts';
import { mayArrive } from '../insistent-call.ts';
import { loadLiveScreen } from '../live/load-live-screen.ts';
import { isLiveTerminal } from '../live/room.ts';
import { rest } from '../rest.ts';
import type { Session } from '../session.ts';
import type { Status, StatusScope } from '../status.ts';
import { onEachChange } from './on-each-change.ts';
import { statusFrame } from './status-frame.ts';

export interface WatchedStatus {
  read(): Promise<Status>;
  print(status: Status): void;
}

/** Until Ctrl-C: drawn in place for a person at a terminal, else told once and then line by line. */
export function watchStatus(session: Session, scope: StatusScope, watched: WatchedStatus): Promise<never> {
  const { output, around } = session;
  const isLive = !output.isJson && isLiveTerminal(around.stdout, around.environment);
  return isLive ? drawStatus(session, scope, watched) : printChanges(session, scope, watched);
}

type Change = Extract<ApiEvent, { type: 'change' }>;

const queryOf = ({ service }: StatusScope) => (service === null ? {} : { service });

async function printChanges(session: Session, scope: StatusScope, { read, print }: WatchedStatus): Promise<never> {
  const { client, output, interrupted: signal } = session;
  const connection = watchConnection((news) => output.note(connectionSentence(news)));
  for await (const event of followEvents(client, queryOf(scope), { signal, connection })) {
    // The stream is open by then: what happens from now on is told.
    if (event.type === 'snapshot') print(await read());
    if (event.type !== 'change' || !concerns(scope, event)) continue;
    const { at, object, message, deployment } = event;
    output.line(`${at.slice(11, 19)}Z ${object} ${message}`);
    output.event({ type: 'change', at, message: `${object} ${message}`, deployment });
  }
  throw new Error('the events ended');
}

/** A deployment's regions are known once it is planned; what is no deployment's concerns them all. */
const concerns = ({ region }: StatusScope, { deployment }: Change): boolean =>
  region === null ||
  deployment === null ||
  deployment.regions.length === 0 ||
  deployment.regions.some((each) => each.region === region);

const pollEveryMs = 2_000;

async function drawStatus(session: Session, scope: StatusScope, { read }: WatchedStatus): Promise<never> {
  const { client, interrupted, around } = session;
  let status: Status | null = null;
  let connected: ConnectionNews = { type: 'found', afterMs: 0 };
  const screen = await loadLiveScreen(around.stdout, around.environment);
  const draw = (): void =>
    screen.draw((room) => (status === null ? [] : statusFrame(status, connected, Date.now(), room)));
  const connection = watchConnection((news) => {
    connected = news;
    draw();
  });
  const readAgain = async (): Promise<void> => {
    try {
      status = await read();
      connection.heard();
    } catch (error) {
      interrupted.throwIfAborted();
      if (!mayArrive(error)) throw error;
      connection.lost((error as Error).message);
    }
    draw();
  };
  try {
    await onEachChange(
      (signal) => followEvents(client, queryOf(scope), { signal, connection }),
      readAgain,
      interrupted,
    ).catch((error: unknown) => {
      if (!(error instanceof NoStreamError)) throw error;
      connection.polled(error.message);
    });
    for (;;) {
      await readAgain();
      await rest(pollEveryMs, interrupted);
    }
  } finally {
    await screen.close();
  }
}
