import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import type { DeploymentRow } from '../../infra/postgres/central/entities/deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { acceptedMove, deliverMerge } from './deliver-merge.ts';
import { approveWhen, numberOfMerge, untilEnded, type DeploymentRef } from './follow-deployment.ts';

/** A merge, and the repository that it was made in. */
export interface DeployedMerge {
  readonly repository: string;
  readonly merge: Merge;
}

/** Delivers a merge, once, and answers the deployment that it got. */
export async function deliverAndFind(
  stack: BenchStack,
  { repository, merge }: DeployedMerge,
  signal: AbortSignal,
): Promise<DeploymentRef> {
  const secret = stack.shape.secrets.webhookSecret;
  return numberOfMerge(stack, acceptedMove(await deliverMerge({ api: stack.api, repository, merge, secret })), signal);
}

/** Delivers a merge, approves it once every region has its copy, and waits for its end. @throws Error if it doesn't succeed */
export async function deployGood(
  stack: BenchStack,
  deployed: DeployedMerge,
  signal: AbortSignal,
): Promise<DeploymentRow> {
  const ref = await deliverAndFind(stack, deployed, signal);
  await approveWhen(stack, ref, isCopied, signal);
  const row = await untilEnded(stack, ref, signal);
  if (row.outcome !== 'succeeded')
    throw new Error(`${ref.service}/${ref.deployment} ended ${row.outcome}: ${row.reason}`);
  return row;
}

/** Not before: waiting for a copy is an event more, and a matter of timing. */
export const isCopied = (regions: readonly { readonly state: string }[]): boolean =>
  regions.every(({ state }) => state === 'ready');
