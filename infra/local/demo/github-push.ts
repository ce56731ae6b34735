import { signedDelivery, type GithubDelivery } from '../../../protocol/github-delivery.ts';
import { sampleAuthor, type Merge } from './sample-repository.ts';

/** What GitHub sends when a pull request of the sample's author was merged. */
export function githubPush(repository: string, merge: Merge, secret: string, delivery?: string): GithubDelivery {
  const author = { name: sampleAuthor, email: `${sampleAuthor}@example.com`, username: sampleAuthor };
  const push = {
    ref: 'refs/heads/main',
    before: merge.before,
    after: merge.after,
    repository: { full_name: repository },
    pusher: { name: author.name },
    sender: { login: author.username },
    head_commit: { id: merge.after, message: merge.subject, author },
  };
  return signedDelivery(push, secret, delivery);
}
