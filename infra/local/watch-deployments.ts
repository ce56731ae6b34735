import type { ApiClient } from '../../cli/api-client.ts';
import { watchConnection } from '../../cli/connection-news.ts';
import { followEvents } from '../../cli/follow-events.ts';
import { stateSentence } from '../../cli/state-sentence.ts';
import type { ApiEvent } from '../../protocol/api/events.ts';
import type { ConsoleEvent } from './console/console.ts';

/** Tells of every deployment, whoever began it, until the signal aborts. */
export async function watchDeployments(
  client: ApiClient,
  tell: (event: ConsoleEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const connection = watchConnection((news) => tell({ type: 'connection', news }));
  try {
    for await (const event of followEvents(client, {}, { signal, connection })) consoleEvents(event).forEach(tell);
  } catch (error) {
    if (!signal.aborted) tell({ type: 'unfollowed', why: (error as Error).message });
  }
}

function consoleEvents(event: ApiEvent): ConsoleEvent[] {
  switch (event.type) {
    case 'change':
      return event.deployment === null
        ? []
        : [{ type: 'deployment', at: event.at, line: event.message, deployment: event.deployment }];
    case 'hosts':
      return [{ type: 'hosts', reports: event.hosts }];
    case 'snapshot':
      return [
        { type: 'hosts', reports: event.hosts },
        ...event.deployments.map((deployment): ConsoleEvent => ({
          type: 'deployment',
          at: event.at,
          line: stateSentence(deployment),
          deployment,
        })),
      ];
    default:
      return [];
  }
}
