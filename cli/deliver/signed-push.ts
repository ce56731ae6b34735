import { createHmac, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { webhookAnswerSchema, type WebhookAnswer } from '../../protocol/api/webhook.ts';
import type { githubPushSchema } from '../../protocol/github-push.ts';
import { ask } from '../api-request.ts';
import type { HeadCommit } from './head-commit.ts';

export interface SignedPush {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What GitHub sends after a push, signed with the webhook's secret. */
export function signedPush(repository: string, head: HeadCommit, secret: string): SignedPush {
  const body = JSON.stringify(pushEvent(repository, head));
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  };
}

function pushEvent(repository: string, head: HeadCommit): z.input<typeof githubPushSchema> {
  const { branch, before, commit, message, authors, pusher } = head;
  return {
    ref: `refs/heads/${branch}`,
    before,
    after: commit,
    repository: { full_name: repository },
    pusher: { name: pusher },
    sender: { login: pusher },
    head_commit: { id: commit, message, author: authors[0]! },
    commits: authors.map((author) => ({ author })),
  };
}

/** @throws ApiProblemError, ApiUnreachableError */
export async function sendPush(api: string, push: SignedPush, signal: AbortSignal): Promise<WebhookAnswer> {
  const answer = await ask(new URL('/webhooks/github', api), null, { method: 'POST', ...push, signal });
  return webhookAnswerSchema.parse(answer);
}
