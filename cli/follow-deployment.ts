import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../protocol/api/deployment.ts';
import type { ApiClient } from './api-client.ts';

export interface FollowedChange {
  readonly at: string;
  /** One plain sentence. */
  readonly line: string;
  readonly deployment: Deployment;
}

/** Follows one deployment to its end. */
export async function* followDeployment(
  client: ApiClient,
  object: { readonly service: string; readonly number: number },
  signal: AbortSignal,
): AsyncGenerator<FollowedChange> {
  for (let shown = ''; ; ) {
    const deployment = await client.call('showDeployment', { path: { service: object.service, deployment: object.number }, signal });
    const { state, stage, waiting, reason, regions } = deployment;
    const line = [state, stage, waiting, reason, ...regions.map((each) => `${each.region} ${each.state} ${each.hosts.healthy}/${each.hosts.total}`)].filter(Boolean).join(' · ');
    if (line !== shown) yield { at: new Date().toISOString(), line, deployment };
    shown = line;
    if (deployment.outcome !== null) return;
    await delay(200, undefined, { signal });
  }
}
