import type { ReportedStatus } from '../../../domain/gate/reported-status.ts';
import type { WebhookAnswer } from '../../../protocol/api/webhook.ts';
import {
  githubCheckRunSchema,
  githubStatusSchema,
  statusOf,
  statusOfCheckRun,
} from '../../../protocol/github-status.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import type { MergeInbox, VerifiedDelivery } from './merge-inbox.ts';
import type { StatusInbox } from './status-inbox.ts';

/** What the events say that tell how the checks of a commit stand; `undefined` for all other events. */
const readers: Readonly<Record<string, ((body: unknown) => ReportedStatus) | undefined>> = {
  status: (body) => statusOf(parsedBody(githubStatusSchema, body)),
  check_run: (body) => statusOfCheckRun(parsedBody(githubCheckRunSchema, body)),
};

export const isStatusEvent = (event: string): boolean => Object.hasOwn(readers, event);

/** Keeps what a CI reports of a commit. Nothing is started by it: a deployment that waits looks for it. */
export async function takeStatus(
  inbox: MergeInbox & StatusInbox,
  delivery: VerifiedDelivery,
  body: unknown,
): Promise<WebhookAnswer> {
  const status = readers[delivery.event]!(body);
  if ((await inbox.listDeployedBranches(status.repository)).length === 0) {
    const message = `${status.repository} is not a repository that Slipway deploys from`;
    const ignored = { service: null, reason: 'unknown-repository', message } as const;
    await inbox.take(delivery, [], [ignored]);
    return { accepted: [], ignored: [ignored] };
  }
  const outcome = await inbox.takeStatus(delivery, status);
  return { accepted: [], ignored: [], status: { commit: status.commit, context: status.context, outcome } };
}
