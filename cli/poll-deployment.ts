import type { Deployment } from '../protocol/api/deployment.ts';
import type { ApiClient } from './api-client.ts';
import type { FollowedChange, FollowedObject } from './follow-deployment.ts';
import type { Following } from './follow-events.ts';
import { mayArrive } from './insistent-call.ts';
import { rest } from './rest.ts';
import { regionsSentence, stateSentence } from './state-sentence.ts';

const pollEveryMs = 500;
/** An answer that takes longer is old when it comes. */
const patienceMs = 5_000;

/**
 * The same as following the stream, but later and coarser: for where there is no stream, `because` of what is told once.
 * An api that doesn't answer is asked again. @throws ApiProblemError; the signal's reason when it aborts
 */
export async function* pollDeployment(
  client: ApiClient,
  object: FollowedObject,
  following: Following,
  because: string,
): AsyncGenerator<FollowedChange> {
  for (let shown: string | null = null; ;) {
    const deployment = await untilAnswered(client, object, following);
    if (shown === null) following.connection.polled(because);
    const regions = deployment.outcome === null ? regionsSentence(deployment) : '';
    const line: string = [stateSentence(deployment), regions].filter(Boolean).join('; ');
    if (line !== shown) yield { at: new Date().toISOString(), line, deployment };
    shown = line;
    if (deployment.outcome !== null) return;
    await rest(pollEveryMs, following.signal);
  }
}

async function untilAnswered(
  client: ApiClient,
  { service, number }: FollowedObject,
  { signal, connection }: Following,
): Promise<Deployment> {
  const call = { path: { service, deployment: number }, signal, patienceMs };
  for (;;) {
    try {
      const deployment = await client.call('showDeployment', call);
      connection.heard();
      return deployment;
    } catch (error) {
      signal.throwIfAborted();
      if (!mayArrive(error)) throw error;
      connection.lost((error as Error).message);
    }
    await rest(pollEveryMs, signal);
  }
}
