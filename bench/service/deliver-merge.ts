import { setTimeout as delay } from 'node:timers/promises';
import { githubPush } from '../../infra/local/demo/github-push.ts';
import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import { webhookAnswerSchema, type WebhookAnswer } from '../../protocol/api/webhook.ts';

export interface Delivery {
  readonly api: string;
  /** As the code host names it: `acme/checkout`. */
  readonly repository: string;
  readonly merge: Merge;
  readonly secret: string;
  /** The code host's own; another one each time unless given. */
  readonly deliveryId?: string;
}

export interface Delivered {
  readonly status: number;
  readonly sentAtMs: number;
  readonly answeredMs: number;
  /** Of a 202. */
  readonly answer: WebhookAnswer | null;
}

/** Sends the webhook once, as the code host does. */
export async function deliverMerge({ api, repository, merge, secret, deliveryId }: Delivery): Promise<Delivered> {
  const { headers, body } = githubPush(repository, merge, secret, deliveryId);
  const sentAtMs = Date.now();
  const startedAt = performance.now();
  const response = await fetch(new URL('/webhooks/github', api), { method: 'POST', headers, body });
  const text = await response.text();
  const answeredMs = performance.now() - startedAt;
  const { status } = response;
  return {
    status,
    sentAtMs,
    answeredMs,
    answer: status === 202 ? webhookAnswerSchema.parse(JSON.parse(text)) : null,
  };
}

/** Between two deliveries of what could not be taken. */
const redeliverAfterMs = 1_000;

/**
 * Delivers again for as long as the answer is 503, as a person or a script does (GitHub itself never does); answers all
 * deliveries, the last one last.
 */
export async function deliverUntilTaken(delivery: Delivery, signal: AbortSignal): Promise<readonly Delivered[]> {
  const delivered = await deliverMerge(delivery);
  if (delivered.status !== 503) return [delivered];
  await delay(redeliverAfterMs, undefined, { signal });
  return [delivered, ...(await deliverUntilTaken(delivery, signal))];
}

/** The one merge that the answer is about. @throws Error when the delivery was not taken for exactly one */
export function acceptedMove({ status, answer }: Delivered): WebhookAnswer['accepted'][number] {
  const [move, ...others] = answer?.accepted ?? [];
  if (move === undefined || others.length > 0)
    throw new Error(`a delivery was answered ${status} and taken for ${answer?.accepted.length ?? 0} merges`);
  return move;
}
