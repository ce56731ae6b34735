import { type ApiClient, ApiProblemError } from '../../../cli/api-client.ts';
import { followDeployment } from '../../../cli/follow-deployment.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import { githubPush } from './github-webhook.ts';
import type { Merge, SampleRepository } from './sample-repository.ts';

export interface DemonstrationParts {
  /** May deploy. */
  readonly deployer: ApiClient;
  /** May approve: somebody else than who wrote the change. */
  readonly releaseOwner: ApiClient;
  readonly repository: SampleRepository;
  readonly webhookSecret: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface DemonstratedDeployment {
  readonly deployment: string;
  readonly release: string;
  readonly outcome: string | null;
  readonly expected: 'succeeded' | 'undone';
  /** From the webhook to the end. */
  readonly durationMs: number;
  /** What happened when, in ms after the webhook. */
  readonly steps: readonly { readonly atMs: number; readonly line: string }[];
}

export interface Demonstration {
  readonly ok: boolean;
  readonly mergeToGreenMs: number | null;
  readonly badToUndoneMs: number | null;
  readonly rollForwardMs: number | null;
  readonly deployments: readonly DemonstratedDeployment[];
}

export const sampleService = 'checkout';
const sampleFullName = 'acme/checkout';

/** A good merge, a bad one, and its fix, each followed to its end. */
export async function demonstrate(parts: DemonstrationParts): Promise<Demonstration> {
  const { releaseOwner, repository, say } = parts;
  await releaseOwner.call('putService', {
    path: { service: sampleService },
    body: { repository: sampleFullName, cloneUrl: repository.cloneUrl, branch: 'main', owners: ['lin'] },
  });
  say('a good change is merged');
  const good = await mergeAndFollow(parts, 'Say hello', { greeting: 'hello', health: 200 }, 'succeeded');
  say('a change is merged whose health check fails');
  const bad = await mergeAndFollow(parts, 'Greet faster', { greeting: 'hi', health: 500 }, 'undone');
  await releaseOwner.call('unlock', { path: { service: sampleService }, body: { reason: 'the fix is on its way' } });
  say('mo unlocks the lane, and the fix is merged');
  const fix = await mergeAndFollow(parts, 'Greet well', { greeting: 'good day', health: 200 }, 'succeeded');
  const ended = (each: DemonstratedDeployment): number | null =>
    each.outcome === each.expected ? each.durationMs : null;
  const deployments = [good, bad, fix];
  return {
    ok: deployments.every(({ outcome, expected }) => outcome === expected),
    mergeToGreenMs: ended(good),
    badToUndoneMs: ended(bad),
    rollForwardMs: ended(fix),
    deployments,
  };
}

async function mergeAndFollow(
  parts: DemonstrationParts,
  subject: string,
  version: Parameters<SampleRepository['merge']>[1],
  expected: DemonstratedDeployment['expected'],
): Promise<DemonstratedDeployment> {
  const { deployer, say, signal } = parts;
  const merge = await parts.repository.merge(subject, version);
  const startedAt = performance.now();
  await deliver(deployer.url, merge, parts.webhookSecret);
  const number = await numberOf(deployer, merge.after, signal);
  const steps: { atMs: number; line: string }[] = [];
  let last: Deployment | null = null;
  for await (const { line, deployment } of followDeployment(deployer, { service: sampleService, number }, signal)) {
    const atMs = Math.round(performance.now() - startedAt);
    steps.push({ atMs, line });
    say(`${(atMs / 1000).toFixed(1).padStart(5)} s  ${line}`);
    if (wantsApproval(deployment) && !wantsApproval(last)) await approve(parts, number);
    last = deployment;
  }
  const durationMs = Math.round(performance.now() - startedAt);
  const release = `${sampleService}@${last?.release ?? '?'}`;
  return {
    deployment: `${sampleService}/${number}`,
    release,
    outcome: last?.outcome ?? null,
    expected,
    durationMs,
    steps,
  };
}

async function deliver(apiUrl: string, merge: Merge, secret: string): Promise<void> {
  const { headers, body } = githubPush(sampleFullName, merge, secret);
  const response = await fetch(new URL('/webhooks/github', apiUrl), { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`the webhook was answered ${response.status}: ${await response.text()}`);
}

/** The number that the lane gave to this merge. */
async function numberOf(client: ApiClient, commit: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    const { items } = await client.call('listDeployments', {
      path: { service: sampleService },
      query: { limit: 5 },
      signal,
    });
    for (const { number } of items) {
      const found = await client.call('showDeployment', {
        path: { service: sampleService, deployment: number },
        signal,
      });
      if (found.source.from === 'merge' && found.source.commit === commit) return number;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const wantsApproval = (deployment: Deployment | null): boolean =>
  deployment !== null && deployment.approvals !== null && deployment.approvals.given < deployment.approvals.wanted;

/** As `slipway approve` does: asks what there is to agree to, and says yes to exactly that. */
async function approve({ releaseOwner, say }: DemonstrationParts, number: number): Promise<void> {
  const path = { service: sampleService, deployment: number };
  const { binding } = await releaseOwner.call('showDeployment', { path });
  if (binding === null)
    throw new ApiProblemError({ type: 'about:blank', title: 'nothing to approve yet', status: 409, retryable: true });
  const { token } = await releaseOwner.call('approvalToken', {
    path,
    body: { verb: 'approve', planDigest: binding.planDigest },
  });
  const { message } = await releaseOwner.call('approve', { path, body: { token } });
  say(`         mo: ${message}`);
}
