import type { ApiClient } from '../../../cli/api-client.ts';
import { githubPush } from './github-push.ts';
import type { Merge } from './sample-repository.ts';

export const sampleService = 'checkout';
const sampleFullName = 'acme/checkout';

/** Sends the webhook that GitHub would send. @throws Error when it isn't accepted */
export async function deliverMerge(apiUrl: string, merge: Merge, secret: string): Promise<void> {
  const { headers, body } = githubPush(sampleFullName, merge, secret);
  const response = await fetch(new URL('/webhooks/github', apiUrl), { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`the webhook was answered ${response.status}: ${await response.text()}`);
}

/** The number that the lane gives to this merge, as soon as it has. */
export async function numberOfMerge(client: ApiClient, commit: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    const { items } = await client.call('listDeployments', {
      path: { service: sampleService },
      query: { limit: 5 },
      signal,
    });
    for (const { number } of items) {
      const found = await client.call('showDeployment', {
        path: { service: sampleService, deployment: number },
        signal,
      });
      if (found.source.from === 'merge' && found.source.commit === commit) return number;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Makes the sample known to Slipway, or says again what is known. */
export const registerSample = (releaseOwner: ApiClient, cloneUrl: string): Promise<unknown> =>
  releaseOwner.call('putService', {
    path: { service: sampleService },
    body: { repository: sampleFullName, cloneUrl, branch: 'main', owners: ['lin'] },
  });
