import type { Deployment } from '../../protocol/api/deployment.ts';
import type { ApiEvent } from '../../protocol/api/events.ts';
import { connectionSentence, cutText, watchConnection, type Cut } from '../connection-news.ts';
import { followEvents } from '../follow-events.ts';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';
import { standingSentence } from '../state-sentence.ts';
import type { StatusScope } from '../status.ts';
import { silenceMs } from './printed-changes.ts';
import { eventsOf, type WatchedStatus } from './watched-status.ts';

/** Told once, and then line by line; in a silence, what moves. */
export async function printStatus(
  session: Session,
  scope: StatusScope,
  { read, print }: WatchedStatus,
): Promise<never> {
  const { client, output, interrupted: signal } = session;
  const lines = printedStatus(output, scope);
  const connection = watchConnection((news) => {
    lines.cut(news.type === 'cut' ? news : null);
    output.note(connectionSentence(news));
  });
  try {
    for await (const event of followEvents(client, eventsOf(scope), { signal, connection })) {
      // The stream is open by then: what happens from now on is told.
      if (event.type === 'snapshot') print(await read());
      lines.tell(event);
    }
    throw new Error('the events ended');
  } finally {
    lines.close();
  }
}

interface PrintedStatus {
  tell(event: ApiEvent): void;
  cut(cut: Cut | null): void;
  close(): void;
}

function printedStatus(output: Output, scope: StatusScope): PrintedStatus {
  const open = new Map<string, Deployment>();
  let cut: Cut | null = null;
  const say = (type: 'change' | 'still', at: string, message: string, deployment: Deployment | null): void => {
    output.line(`${at.slice(11, 19)}Z ${message}`);
    output.event({ type, at, message, deployment });
    silence.refresh();
  };
  const silence = setInterval(
    () => say('still', new Date().toISOString(), stillText([...open.values()], cut), null),
    silenceMs,
  );
  const keep = (deployment: Deployment): void => {
    if (deployment.outcome === null && concerns(scope, deployment)) open.set(deployment.deployment, deployment);
    else open.delete(deployment.deployment);
  };
  return {
    tell(event) {
      if (event.type === 'snapshot') {
        open.clear();
        event.deployments.forEach(keep);
        silence.refresh();
      }
      if (event.type !== 'change') return;
      const { at, object, message, deployment } = event;
      if (deployment !== null) keep(deployment);
      if (deployment === null || concerns(scope, deployment)) say('change', at, `${object} ${message}`, deployment);
    },
    cut: (news) => void (cut = news),
    close: () => clearInterval(silence),
  };
}

/** A deployment's regions are known once it is planned; what is no deployment's concerns them all. */
const concerns = ({ region }: StatusScope, { regions }: Deployment): boolean =>
  region === null || regions.length === 0 || regions.some((each) => each.region === region);

/** More than these are counted. */
const mostTold = 3;

/** `still: checkout/87 rolling world; cart/3 queued`; nobody knows that while the connection is cut. */
function stillText(open: readonly Deployment[], cut: Cut | null): string {
  const told = open.slice(0, mostTold).map((each) => `${each.deployment} ${standingSentence(each)}`);
  const more = open.length > mostTold ? [`${open.length - mostTold} more`] : [];
  const moves = open.length === 0 ? 'nothing moves' : [...told, ...more].join('; ');
  return cut === null ? `still: ${moves}` : `${cutText(cut)}; it was: ${moves}`;
}
