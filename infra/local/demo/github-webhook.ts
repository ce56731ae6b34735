import { createHmac, randomUUID } from 'node:crypto';
import { sampleAuthor, type Merge } from './sample-repository.ts';

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A push event as GitHub sends it when a pull request was merged, signed with the webhook's secret. */
export function githubPush(
  repository: string,
  merge: Merge,
  secret: string,
  delivery: string = randomUUID(),
): WebhookRequest {
  const person = { name: sampleAuthor, email: `${sampleAuthor}@example.com`, username: sampleAuthor };
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    before: merge.before,
    after: merge.after,
    created: false,
    deleted: false,
    forced: false,
    repository: { full_name: repository, default_branch: 'main' },
    pusher: { name: person.name, email: person.email },
    sender: { login: person.username },
    head_commit: { id: merge.after, message: merge.subject, author: person, committer: person },
  });
  return {
    headers: {
      'Content-Type': 'application/json',
      'X-GitHub-Event': 'push',
      'X-GitHub-Delivery': delivery,
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  };
}
