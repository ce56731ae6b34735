import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../cli/api-client.ts';
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import { githubPush } from '../../../infra/local/demo/github-push.ts';
import { sampleService } from '../../../infra/local/demo/demonstration.ts';
import type { Merge, SampleRepository } from '../../../infra/local/demo/sample-repository.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { FreezeAct } from '../scenario/scenario.ts';
import { freezerOf, type FreezeAnswer } from './freezer.ts';
import { patiently, until, type Said } from './patience.ts';

/** Longer than any program is away after a fault. */
const limitMs = 90_000;
const repositoryName = 'acme/checkout';
const path = { service: sampleService };
const reason = 'it smells';

/** What people and the code host do in a run. Each of them repeats what was not answered, and does nothing twice. */
export interface People {
  registerService(repository: SampleRepository): Promise<void>;
  /** Opens the lane, which an undo and a rollback leave locked. */
  unlock(): Promise<void>;
  /** One delivery of a webhook, until accepted. */
  deliver(merge: Merge, delivery: string): Promise<void>;
  lane(): Promise<Lane>;
  /** The deployments that are open now. */
  open(): Promise<readonly Deployment[]>;
  show(deployment: DeploymentNumber): Promise<Deployment>;
  /** False when it comes too late. */
  sendByToken(verb: 'approve' | 'resume', deployment: DeploymentNumber): Promise<boolean>;
  /** What the api answered; a refusal (too late, nothing to go back to) is an answer too. */
  act(deed: Deed): Promise<Answer>;
  freeze(act: FreezeAct): Promise<FreezeAnswer>;
}

export type Deed =
  | { readonly verb: 'reject' | 'pause' | 'abort' | 'abort-hold'; readonly deployment: DeploymentNumber }
  | { readonly verb: 'rollback' }
  | { readonly verb: 'hotfix'; readonly release: ReleaseNumber; readonly active: 'undo' | 'hold' };

export type Answer =
  { readonly outcome: 'done' | 'undoing' | 'started' } | { readonly outcome: 'refused'; readonly reason: string };

/** @param approver who sends tokens; all else does mo, a release owner */
export function peopleOf({ clientOf, addresses, secrets, regions }: RunningStack, approver: string): People {
  const client = clientOf('mo');
  const byToken = clientOf(approver);
  const show = (deployment: number): Promise<Deployment> =>
    client.call('showDeployment', { path: { ...path, deployment } });
  return {
    async registerService({ cloneUrl }) {
      const body = { repository: repositoryName, cloneUrl, branch: 'main', owners: ['lin'] };
      expected(await patiently('the service is known', limitMs, () => client.call('putService', { path, body })));
    },
    unlock: () => unlock(client),
    deliver: (merge, delivery) => deliver(addresses.api, merge, secrets.webhookSecret, delivery),
    lane: () => client.call('showLane', { path }),
    async open() {
      const { items } = await client.call('listDeployments', { path, query: { open: true } });
      return Promise.all(items.map(({ number }) => show(number)));
    },
    show,
    sendByToken: (verb, deployment) => sendByToken(byToken, verb, deployment),
    act: (deed) => act(client, deed),
    freeze: freezerOf(client, regions.at(-1)!),
  };
}

async function unlock(client: ApiClient): Promise<void> {
  const { lock } = expected(await patiently('the lane is shown', limitMs, () => client.call('showLane', { path })));
  if (lock === null) return;
  const call = { path, body: { reason: 'the next run' }, idempotencyKey: randomUUID() };
  expected(await patiently('the lane is unlocked', limitMs, () => client.call('unlock', call)));
}

async function deliver(api: string, merge: Merge, secret: string, delivery: string): Promise<void> {
  const { headers, body } = githubPush(repositoryName, merge, secret, delivery);
  await until('the webhook is accepted', limitMs, async () => {
    const signal = AbortSignal.timeout(5_000);
    const { status } = await fetch(new URL('/webhooks/github', api), { method: 'POST', headers, body, signal });
    return status === 202 ? status : undefined;
  });
}

/** Asks for a token, bound to what is shown now, and sends it. */
async function sendByToken(
  client: ApiClient,
  verb: 'approve' | 'resume',
  deployment: DeploymentNumber,
): Promise<boolean> {
  const at = { ...path, deployment };
  const shown = await patiently('it is shown', limitMs, () => client.call('showDeployment', { path: at }));
  if (shown.refused || shown.answer.outcome !== null || shown.answer.binding === null) return false;
  const request = { path: at, body: { verb, planDigest: shown.answer.binding.planDigest } };
  const said = await patiently(`a token to ${verb}`, limitMs, () => client.call('approvalToken', request));
  if (said.refused) return false;
  const call = { path: at, body: { token: said.answer.token }, idempotencyKey: randomUUID() };
  return !(await patiently(`${verb} is answered`, limitMs, () => client.call(verb, call))).refused;
}

async function act(client: ApiClient, deed: Deed): Promise<Answer> {
  const key = { idempotencyKey: randomUUID() };
  const said: Said<'done' | 'undoing' | 'started'> = await patiently(`${deed.verb} is answered`, limitMs, async () => {
    switch (deed.verb) {
      case 'rollback':
        return (await client.call('rollback', { ...key, path, body: { reason } })).outcome;
      case 'hotfix': {
        const { release, active } = deed;
        await client.call('hotfix', { ...key, path, body: { reason, release, active } });
        return 'done';
      }
      case 'abort':
      case 'abort-hold': {
        const at = { ...path, deployment: deed.deployment };
        await client.call('abort', { ...key, path: at, body: { reason, hold: deed.verb === 'abort-hold' } });
        return 'done';
      }
      case 'reject':
      case 'pause':
        await client.call(deed.verb, { ...key, path: { ...path, deployment: deed.deployment }, body: { reason } });
        return 'done';
    }
  });
  return said.refused ? { outcome: 'refused', reason: said.problem.message } : { outcome: said.answer };
}

function expected<Value>(said: Said<Value>): Value {
  if (said.refused) throw said.problem;
  return said.answer;
}
