import type { ApiClient } from '../../cli/api-client.ts';
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
  const onCut = (sentence: string): void => tell({ type: 'cut', sentence });
  try {
    for await (const event of followEvents(client, {}, { signal, onCut })) consoleEvents(event).forEach(tell);
  } catch (error) {
    if (!signal.aborted) onCut(`deployments are not shown any more: ${(error as Error).message}`);
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
