import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../cli/api-client.ts';
import type { DeploymentNumber } from '../../../domain/names.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import { sampleService } from '../../../infra/local/demo/demonstration.ts';
import { githubPush } from '../../../infra/local/demo/github-push.ts';
import type { Merge, SampleRepository } from '../../../infra/local/demo/sample-repository.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { TakenBack } from '../scenario/scenario.ts';
import { patiently, until } from './patience.ts';

/** Longer than any program is away after a kill. */
const limitMs = 60_000;
const repositoryName = 'acme/checkout';
const path = { service: sampleService };

/** What people and the code host do in a run. Each of them repeats what was not answered, and does nothing twice. */
export interface People {
  registerService(repository: SampleRepository): Promise<void>;
  /** Opens the lane, which an undo and a rollback leave locked. */
  unlock(): Promise<void>;
  /** Until accepted; then again, under other delivery ids. Answers how often it was accepted. */
  deliver(merge: Merge, times: number): Promise<number>;
  /** Approves as soon as there is something to approve, or resolves when `signal` aborts. */
  approve(deployment: DeploymentNumber, signal: AbortSignal): Promise<void>;
  /**
   * Lets a held deployment go on, again whenever it is held again, until `signal` aborts. Hosts that were silent because
   * what they report to was killed may hold it: unknown is not the release's fault, and a person is asked. `onResume` is
   * told of each time.
   */
  letGoOn(deployment: DeploymentNumber, onResume: () => void, signal: AbortSignal): Promise<void>;
  /** What the api answered; a refusal (too late, nothing to go back to) is an answer too. */
  takeBack(verb: TakenBack['verb'], deployment: DeploymentNumber): Promise<TakenBackAnswer>;
}

export type TakenBackAnswer =
  { readonly outcome: 'undoing' | 'started' | 'aborted' } | { readonly outcome: 'refused'; readonly reason: string };

export function peopleOf({ clientOf, addresses, secrets }: RunningStack): People {
  const releaseOwner = clientOf('mo');
  return {
    async registerService({ cloneUrl }) {
      const body = { repository: repositoryName, cloneUrl, branch: 'main', owners: ['lin'] };
      expected(await patiently('the service is known', limitMs, () => releaseOwner.call('putService', { path, body })));
    },
    unlock: () => unlock(releaseOwner),
    deliver: (merge, times) => deliver(addresses.api, merge, secrets.webhookSecret, times),
    approve: (deployment, signal) => approve(releaseOwner, deployment, signal),
    letGoOn: (deployment, onResume, signal) => letGoOn(releaseOwner, deployment, onResume, signal),
    takeBack: (verb, deployment) => takeBack(releaseOwner, verb, deployment),
  };
}

async function unlock(client: ApiClient): Promise<void> {
  const { lock } = expected(await patiently('the lane is shown', limitMs, () => client.call('showLane', { path })));
  if (lock === null) return;
  const call = { path, body: { reason: 'the next run' }, idempotencyKey: randomUUID() };
  expected(await patiently('the lane is unlocked', limitMs, () => client.call('unlock', call)));
}

async function deliver(api: string, merge: Merge, secret: string, times: number): Promise<number> {
  let accepted = 0;
  for (let time = 0; time < times; time++) {
    const { headers, body } = githubPush(repositoryName, merge, secret);
    await until('the webhook is accepted', limitMs, async () => {
      const signal = AbortSignal.timeout(5_000);
      const { status } = await fetch(new URL('/webhooks/github', api), { method: 'POST', headers, body, signal });
      return status === 202 ? status : undefined;
    });
    accepted += 1;
  }
  return accepted;
}

async function approve(client: ApiClient, deployment: DeploymentNumber, signal: AbortSignal): Promise<void> {
  const wanted = await untilShown(client, deployment, signal, ({ state }) => state === 'approving');
  if (wanted !== null) await sendByToken(client, wanted.deployment, 'approve', wanted);
}

async function letGoOn(
  client: ApiClient,
  deployment: DeploymentNumber,
  onResume: () => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const held = await untilShown(client, deployment, signal, (shown) => shown.held);
    if (held === null) return;
    if (await sendByToken(client, held.deployment, 'resume', held)) onResume();
  }
}

type Binding = NonNullable<Deployment['binding']>;

/** What a token is bound to, when the deployment shows that one is wanted; `null` when it is over, or `signal` aborts. */
function untilShown(
  client: ApiClient,
  deployment: DeploymentNumber,
  signal: AbortSignal,
  wanted: (shown: Deployment) => boolean,
): Promise<Binding | null> {
  return until('a decision is wanted', Number.POSITIVE_INFINITY, async () => {
    if (signal.aborted) return null;
    const shown = await shownNow(client, deployment);
    if (shown.outcome !== null) return null;
    return wanted(shown) && shown.binding !== null ? shown.binding : undefined;
  });
}

/** Under the number by which it goes on, if a rollback has overtaken it. */
async function shownNow(client: ApiClient, deployment: DeploymentNumber): Promise<Deployment> {
  const shown = await client.call('showDeployment', { path: { ...path, deployment } });
  return shown.goesOnAs === null ? shown : shownNow(client, shown.goesOnAs);
}

/** Asks for a token and sends it. False when it comes too late. */
async function sendByToken(
  client: ApiClient,
  deployment: DeploymentNumber,
  verb: 'approve' | 'resume',
  { planDigest }: Binding,
): Promise<boolean> {
  const at = { ...path, deployment };
  const request = { path: at, body: { verb, planDigest } };
  const said = await patiently(`a token to ${verb}`, limitMs, () => client.call('approvalToken', request));
  if (said.refused) return false;
  const call = { path: at, body: { token: said.answer.token }, idempotencyKey: randomUUID() };
  return !(await patiently(`${verb} is answered`, limitMs, () => client.call(verb, call))).refused;
}

async function takeBack(
  client: ApiClient,
  verb: TakenBack['verb'],
  deployment: DeploymentNumber,
): Promise<TakenBackAnswer> {
  const call = { body: { reason: 'it smells' }, idempotencyKey: randomUUID() };
  const said = await patiently(`${verb} is answered`, limitMs, async () =>
    verb === 'abort'
      ? client.call('abort', { ...call, path: { ...path, deployment } }).then(() => 'aborted' as const)
      : client.call('rollback', { ...call, path }).then(({ outcome }) => outcome),
  );
  return said.refused ? { outcome: 'refused', reason: said.problem.message } : { outcome: said.answer };
}

function expected<Answer>(said: Awaited<ReturnType<typeof patiently<Answer>>>): Answer {
  if (said.refused) throw said.problem;
  return said.answer;
}
