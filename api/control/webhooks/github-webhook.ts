import express, { Router, type Request } from 'express';
import { decideMerge, type Ignored } from '../../../domain/intake/merge.ts';
import { currentTraceparent } from '../../../infra/telemetry/trace-context.ts';
import type { WebhookAnswer } from '../../../protocol/api/webhook.ts';
import { githubPushSchema, pushOf } from '../../../protocol/github-push.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { signatureMatches } from './github-signature.ts';
import type { MergeInbox } from './merge-inbox.ts';
import type { StatusInbox } from './status-inbox.ts';
import { isStatusEvent, takeStatus } from './take-status.ts';

/** GitHub's own cap is 25 MiB; a push with thousands of commits stays below this. */
const maxBodyBytes = 5 * 1024 * 1024;
const nameOf = /^[a-z_]{1,60}$/;
const guidOf = /^[\w-]{1,100}$/;

/** `POST /webhooks/github`: verified, written down, answered; what follows from it happens elsewhere. */
export function githubWebhook(inbox: MergeInbox & StatusInbox, secret: string): Router {
  const router = Router();
  const raw = express.raw({ type: () => true, limit: maxBodyBytes });
  router.post('/webhooks/github', raw, async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!signatureMatches(secret, body, request.get('X-Hub-Signature-256')))
      throw new ProblemError('bad-signature', { detail: 'X-Hub-Signature-256 does not match the body' });
    response.status(202).json(await take(inbox, body, deliveryOf(request)));
  });
  return router;
}

interface Delivery {
  readonly guid: string;
  readonly event: string;
}

function deliveryOf(request: Request): Delivery {
  const event = request.get('X-GitHub-Event') ?? '';
  const guid = request.get('X-GitHub-Delivery') ?? '';
  if (!nameOf.test(event)) throw badHeader('X-GitHub-Event', 'must be the name of an event');
  if (!guidOf.test(guid)) throw badHeader('X-GitHub-Delivery', 'must be the id of a delivery');
  return { event, guid };
}

const badHeader = (path: string, message: string): ProblemError =>
  new ProblemError('invalid-request', { detail: `${path} ${message}`, errors: [{ path, message }] });

async function take(inbox: MergeInbox & StatusInbox, body: Buffer, { guid, event }: Delivery): Promise<WebhookAnswer> {
  const delivery = { guid, event, traceparent: currentTraceparent() };
  if (isStatusEvent(event)) return takeStatus(inbox, delivery, jsonOf(body));
  if (event !== 'push') {
    const message = `${event} is not acted on: only push, status and check_run are`;
    await inbox.take(delivery, [], [{ service: null, reason: 'unchanged', message }]);
    return { accepted: [], ignored: [{ service: null, reason: 'other-event', message }] };
  }
  const push = pushOf(parsedBody(githubPushSchema, jsonOf(body)));
  const { moves, ignored } = decideMerge(push, await inbox.listDeployedBranches(push.repository));
  const taken = await inbox.take(delivery, moves, ignored);
  return {
    accepted: taken.map(({ move, repeated }) => ({ service: move.service, key: move.key, repeated })),
    ignored: ignored.map((each: Ignored) => ({ ...each })),
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    throw new ProblemError('invalid-request', {
      detail: 'the body is not JSON',
      next: "Set the webhook's content type to application/json.",
    });
  }
}
