import { webhookAnswerSchema, type WebhookAnswer } from '../../protocol/api/webhook.ts';
import { signedDelivery, type GithubDelivery, type GithubPushEvent } from '../../protocol/github-delivery.ts';
import { ask } from '../api-request.ts';
import type { HeadCommit } from './head-commit.ts';

/** What GitHub sends after a push, signed with the webhook's secret. */
export const signedPush = (repository: string, head: HeadCommit, secret: string): GithubDelivery =>
  signedDelivery(pushEvent(repository, head), secret);

function pushEvent(repository: string, head: HeadCommit): GithubPushEvent {
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
export async function sendPush(api: string, push: GithubDelivery, signal: AbortSignal): Promise<WebhookAnswer> {
  const answer = await ask(new URL('/webhooks/github', api), null, { method: 'POST', ...push, signal });
  return webhookAnswerSchema.parse(answer);
}
