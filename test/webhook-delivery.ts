import { createHmac, randomUUID } from 'node:crypto';
import { webhookSecret, type TestControlApi } from './control-api.ts';

/** Forty hex digits that stand for a commit. */
export const commitOf = (digit: string): string => digit.repeat(40);

/** What GitHub says of a merge into `acme/checkout`, as far as Slipway reads it. */
export const pushOf = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  ref: 'refs/heads/main',
  before: commitOf('b'),
  after: commitOf('a'),
  repository: { full_name: 'acme/checkout', default_branch: 'main' },
  pusher: { name: 'lin', email: 'lin@example.com' },
  sender: { login: 'lin' },
  head_commit: { id: commitOf('a'), message: 'Fix the total', author: { name: 'lin', username: 'lin' } },
  ...more,
});

export interface Delivery {
  readonly event?: string;
  /** Random unless given, as a redelivery by hand has it. */
  readonly id?: string;
  readonly secret?: string;
  /** `null` sends none. */
  readonly signature?: string | null;
}

/** Sends a delivery as GitHub does; a text is sent as it is. */
export async function deliver(
  api: Pick<TestControlApi, 'url'>,
  payload: string | object,
  { event = 'push', id = randomUUID(), secret = webhookSecret, signature }: Delivery = {},
): Promise<Response> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signed = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return fetch(`${api.url}/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      ...(signature === null ? {} : { 'x-hub-signature-256': signature ?? signed }),
    },
    body,
  });
}
