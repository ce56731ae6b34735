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

export interface Polling {
  /** Why nothing streams. */
  readonly because: string;
  /** What was told before; `null` when nothing was. */
  readonly last: Deployment | null;
  readonly forMs: number;
}

/**
 * The same as following the stream, but later and coarser: for where there is none. Ends with the deployment, or when the
 * time is up. An api that doesn't answer is asked again. @throws ApiProblemError; the signal's reason when it aborts
 */
export async function* pollDeployment(
  client: ApiClient,
  object: FollowedObject,
  following: Following,
  { because, last, forMs }: Polling,
): AsyncGenerator<FollowedChange> {
  const until = performance.now() + forMs;
  for (let shown = last === null ? null : lineOf(last); performance.now() < until;) {
    const deployment = await untilAnswered(client, object, following, because);
    const line = lineOf(deployment);
    if (line !== shown) yield { at: new Date().toISOString(), line, deployment };
    shown = line;
    if (deployment.outcome !== null) return;
    await rest(pollEveryMs, following.signal);
  }
}

function lineOf(deployment: Deployment): string {
  const regions = deployment.outcome === null ? regionsSentence(deployment) : '';
  return [stateSentence(deployment), regions].filter(Boolean).join('; ');
}

async function untilAnswered(
  client: ApiClient,
  { service, number }: FollowedObject,
  { signal, connection }: Following,
  because: string,
): Promise<Deployment> {
  const call = { path: { service, deployment: number }, signal, patienceMs };
  for (;;) {
    try {
      const deployment = await client.call('showDeployment', call);
      connection.polled(because);
      return deployment;
    } catch (error) {
      signal.throwIfAborted();
      if (!mayArrive(error)) throw error;
      connection.lost((error as Error).message);
    }
    await rest(pollEveryMs, signal);
  }
}
