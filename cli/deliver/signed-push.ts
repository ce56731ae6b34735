import { webhookAnswerSchema, type WebhookAnswer } from '../../protocol/api/webhook.ts';
import { signedDelivery, type GithubDelivery, type GithubPushEvent } from '../../protocol/github-delivery.ts';
import { ask } from '../api-request.ts';
import type { HeadCommit } from './head-commit.ts';

/** What GitHub sends after a push, signed with the webhook's secret. */
export const signedPush = (repository: string, head: HeadCommit, secret: string): GithubDelivery =>
  signedDelivery(pushEvent(repository, head), secret);

function pushEvent(repository: string, head: HeadCommit): GithubPushEvent {
  const { branch, before, commit, message, authors, commits, pusher } = head;
  return {
    ref: `refs/heads/${branch}`,
    before,
    after: commit,
    repository: { full_name: repository },
    pusher: { name: pusher },
    sender: { login: pusher },
    head_commit: { id: commit, message, author: authors[0]! },
    commits: commits.map(withMessage).toReversed(),
  };
}

/** Of as many the message is told, and so much of it, that a webhook takes all of them. */
const messagesTold = 300;
const mostOfMessage = 2_000;

const withMessage = ({ id, author, message }: HeadCommit['commits'][number], at: number) =>
  at < messagesTold ? { id, author, message: message.slice(0, mostOfMessage) } : { id, author };

/** @throws ApiProblemError, ApiUnreachableError */
export async function sendPush(api: string, push: GithubDelivery, signal: AbortSignal): Promise<WebhookAnswer> {
  const answer = await ask(new URL('/webhooks/github', api), null, { method: 'POST', ...push, signal });
  return webhookAnswerSchema.parse(answer);
}
