import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import type { FollowedChange } from './follow-deployment.ts';
import { regionsSentence, stateSentence } from './state-sentence.ts';

const pollEveryMs = 500;

/** The same as following the stream, but later and coarser: for where there is no stream. @throws ApiProblemError */
export async function* pollDeployment(
  client: ApiClient,
  { service, number }: { readonly service: string; readonly number: number },
  signal: AbortSignal,
): AsyncGenerator<FollowedChange> {
  for (let shown = ''; ;) {
    const deployment = await client.call('showDeployment', { path: { service, deployment: number }, signal });
    const regions = deployment.outcome === null ? regionsSentence(deployment) : '';
    const line = [stateSentence(deployment), regions].filter(Boolean).join('; ');
    if (line !== shown) yield { at: new Date().toISOString(), line, deployment };
    shown = line;
    if (deployment.outcome !== null) return;
    await delay(pollEveryMs, undefined, { signal });
  }
}
