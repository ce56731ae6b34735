import { createHmac, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { githubPushSchema } from './github-push.ts';

export type GithubPushEvent = z.input<typeof githubPushSchema>;

/** A delivery to a webhook, as GitHub makes it. */
export interface GithubDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A push event, signed with the webhook's secret (docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
 *
 * @param id GitHub's own name of the delivery; another one each time unless given
 */
export function signedDelivery(event: GithubPushEvent, secret: string, id: string = randomUUID()): GithubDelivery {
  const body = JSON.stringify(event);
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  };
}
