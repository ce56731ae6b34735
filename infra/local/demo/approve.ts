import type { ApiClient } from '../../../cli/api-client.ts';
import { rest } from '../../../cli/rest.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import type { DemonstrationParts } from './demonstration.ts';
import { sampleService } from './deliver-merge.ts';

type Parts = Pick<DemonstrationParts, 'releaseOwner' | 'say' | 'signal'>;

const askEveryMs = 500;

export const wantsApproval = (deployment: Deployment | null): boolean =>
  deployment !== null && deployment.approvals !== null && deployment.approvals.given < deployment.approvals.wanted;

/** As `slipway approve` does: asks what there is to agree to, and says yes to exactly that. */
export async function approve({ releaseOwner, say, signal }: Parts, number: number): Promise<void> {
  const path = { service: sampleService, deployment: number } as const;
  const binding = await bindingOf(releaseOwner, path, signal);
  if (binding === null) return;
  const { token } = await releaseOwner.call('approvalToken', {
    path,
    body: { verb: 'approve', planDigest: binding.planDigest },
  });
  await releaseOwner.call('approve', { path, body: { token } });
  say({ type: 'said', person: 'mo', text: `approves ${sampleService}/${number}` });
}

/** Null once it has ended. Only its workflow knows what it asks for, and on a busy machine it doesn't answer each time. */
async function bindingOf(
  client: ApiClient,
  path: { readonly service: typeof sampleService; readonly deployment: number },
  signal: AbortSignal,
): Promise<Deployment['binding']> {
  for (;;) {
    const { binding, outcome } = await client.call('showDeployment', { path, signal });
    if (binding !== null || outcome !== null) return binding;
    await rest(askEveryMs, signal);
  }
}
