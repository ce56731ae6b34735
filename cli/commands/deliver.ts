import path from 'node:path';
import type { Command } from 'commander';
import { named } from '../../domain/progress/plain-text.ts';
import type { LaneLock } from '../../protocol/api/lane.ts';
import type { ServiceSummary } from '../../protocol/api/service.ts';
import type { WebhookAnswer } from '../../protocol/api/webhook.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import { ApiProblemError, ApiUnreachableError } from '../api-client.ts';
import { connectedName, movedServices, requireBuildable, uncommitted } from '../deliver/delivered-repository.ts';
import { deliveredLines, inEffectText, type Delivered } from '../deliver/delivered-text.ts';
import { deploymentOfMerge } from '../deliver/deployment-of-merge.ts';
import { headCommit, withAuthorsSince, type HeadCommit } from '../deliver/head-commit.ts';
import { newestMerges } from '../deliver/newest-merges.ts';
import { sendPush, signedPush } from '../deliver/signed-push.ts';
import { readWebhookSecret } from '../deliver/webhook-secret.ts';
import { everyPage } from '../every-page.ts';
import { readRepository } from '../repository.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface DeliverFlags extends SharedFlags {
  readonly repository?: string;
}

/** `deliver [<folder>]`: nobody else tells the embedded Slipway of a commit on its machine. */
export function addDeliverCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('deliver [folder]'))
    .description(
      'tell the embedded Slipway of the head commit of a repository, as GitHub would: of the one around this folder, or around the one given',
    )
    .option('--repository <owner/name>', 'as the service was connected; left out, as the api and its remote say')
    .action((folder: string | undefined, flags: DeliverFlags) =>
      carryOut(flags, (session) => deliver(session, path.resolve(folder ?? '.'), flags)),
    );
}

async function deliver(session: Session, folder: string, flags: DeliverFlags): Promise<void> {
  const { client, output, around, interrupted: signal } = session;
  const secret = readWebhookSecret(client.url, around.environment);
  const found = readRepository(folder);
  if (found === null) throw new UsageError(`${folder} is not in a git repository: git init makes one`);
  const tip = headCommit(found.root);
  const services = await everyPage((query) => client.call('listServices', { query, signal }));
  const repository = flags.repository ?? connectedName(found, services);
  const moved = movedServices(services, repository, tip);
  requireBuildable(found.root, tip, repository, moved);
  const head = withAuthorsSince(found.root, tip, await newestMerges(client, moved, signal));
  const left = uncommitted(found.root);
  if (left.length > 0) output.note(`not committed, and so left out: ${named(left)}`);
  output.note(`${client.url} is told of a push to ${repository} by ${head.pusher}`);
  const answer = await sendPush(client.url, signedPush(repository, head, secret), signal);
  if (answer.accepted.length === 0) throw new ApiProblemError(refusal(repository, answer));
  const delivered = await withDeployments(session, head, answer);
  const inEffect = inEffectText(delivered, locksOf(services, delivered));
  const next = delivered.accepted.map(({ service, deployment }) => `slipway watch ${deployment ?? service}`);
  for (const line of deliveredLines(head, delivered, { inEffect, next })) output.line(line);
  const { branch, commit } = head;
  output.document('deliver', { repository, branch, commit, ...delivered, inEffect }, next);
}

const notNumbered = { deployment: null, superseded: [] };

const withDeployments = async (
  { client, interrupted }: Session,
  { commit }: HeadCommit,
  { accepted, ignored }: WebhookAnswer,
): Promise<Delivered> => ({
  ignored,
  accepted: await Promise.all(
    accepted.map(async ({ service, repeated }) => ({
      service,
      repeated,
      ...((await deploymentOfMerge(client, { service, commit }, interrupted).catch((error: unknown) => {
        // That it was accepted must be said, also when the api answers no more or a person waits no longer.
        if (interrupted.aborted || error instanceof ApiProblemError || error instanceof ApiUnreachableError)
          return null;
        throw error;
      })) ?? notNumbered),
    })),
  ),
});

/** Of the lanes that take it. */
const locksOf = (services: readonly ServiceSummary[], { accepted }: Delivered): readonly LaneLock[] =>
  services
    .filter(({ service }) => accepted.some((each) => each.service === service))
    .flatMap(({ lane: { lock } }) => lock ?? []);

function refusal(repository: string, { ignored }: WebhookAnswer) {
  const reasons = new Set(ignored.map(({ reason }) => reason));
  const next = reasons.has('unknown-repository')
    ? `Connect a service to it: slipway connect <service> --repository ${repository}`
    : 'Merge it into the branch that is deployed, and deliver that.';
  return problemOf('refused', { detail: ignored.map(({ message }) => message).join('; '), next });
}
