import { deploymentNumber, serviceName, type DeploymentNumber, type ServiceName } from '../../domain/names.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import { Deployment } from '../../infra/postgres/central/entities.ts';
import type { DeploymentRow } from '../../infra/postgres/central/entities/deployment.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { until } from '../frame/until.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** One deployment of the stack. */
export interface DeploymentRef {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}

/** What ends one that hangs; twenty thousand hosts on a slow machine take longer than ten minutes. */
const longestMs = 30 * 60_000;

/** The number that the lane gave to a merge, by the key that the webhook's answer named. */
export const numberOfMerge = async (
  { central }: BenchStack,
  { service, key }: { readonly service: string; readonly key: string },
  signal: AbortSignal,
): Promise<DeploymentRef> =>
  until(`a deployment of ${key}`, { limitMs: longestMs, signal }, async () => {
    const row = await central.em.fork().findOne(Deployment, { service: serviceName(service), key });
    return row === null ? undefined : { service: row.service, deployment: deploymentNumber(row.number) };
  });

/** The deployment's row when it has ended; its workflow, which has a few things to do after that, has closed too. */
export async function untilEnded(stack: BenchStack, ref: DeploymentRef, signal: AbortSignal): Promise<DeploymentRow> {
  const { service, deployment } = ref;
  const ended = await until(`the end of ${service}/${deployment}`, { limitMs: longestMs, signal }, async () => {
    const row = await readRow(stack, ref);
    return row.outcome ? row : undefined;
  });
  await stack.temporal.workflow.getHandle(deploymentWorkflowId(service, deployment)).result();
  return ended;
}

/**
 * Approves as soon as there is something to approve and `when` holds; answers when the approval was sent, by the wall
 * clock. Answers `null` when the deployment ended before that. `before` runs first, once.
 */
export async function approveWhen(
  stack: BenchStack,
  ref: DeploymentRef,
  when: (regions: readonly RegionProgress[]) => boolean,
  signal: AbortSignal,
  before: () => Promise<void> = async () => undefined,
): Promise<number | null> {
  const asked = await until('a plan to approve', { limitMs: longestMs, signal }, async () => {
    const { outcome, state, regions } = await readRow(stack, ref);
    if (outcome) return 'ended';
    return state === 'approving' && when(regions) ? 'approving' : undefined;
  });
  if (asked === 'ended') return null;
  await before();
  const path = { service: ref.service, deployment: ref.deployment };
  const { binding } = await stack.releaseOwner.call('showDeployment', { path });
  if (binding === null) throw new Error(`${ref.service}/${ref.deployment} waits for approval and has no plan`);
  const body = { verb: 'approve', planDigest: binding.planDigest } as const;
  const { token } = await stack.releaseOwner.call('approvalToken', { path, body });
  const sentAtMs = Date.now();
  await stack.releaseOwner.call('approve', { path, body: { token } });
  return sentAtMs;
}

const readRow = ({ central }: BenchStack, { service, deployment }: DeploymentRef): Promise<DeploymentRow> =>
  central.em.fork().findOneOrFail(Deployment, { service, number: deployment });
