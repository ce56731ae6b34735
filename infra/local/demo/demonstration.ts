import type { ApiClient } from '../../../cli/api-client.ts';
import { watchConnection } from '../../../cli/connection-news.ts';
import { followDeployment, type FollowedChange } from '../../../cli/follow-deployment.ts';
import { stateSentence } from '../../../cli/state-sentence.ts';
import { named } from '../../../domain/progress/plain-text.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { ConsoleEvent } from '../console/console.ts';
import { approve, wantsApproval } from './approve.ts';
import { deliverMerge, numberOfMerge, registerSample, sampleService } from './deliver-merge.ts';
import type { SampleRepository } from './sample-repository.ts';

export interface DemonstrationParts {
  /** May deploy. */
  readonly deployer: ApiClient;
  /** May approve: somebody else than who wrote the change. */
  readonly releaseOwner: ApiClient;
  readonly repository: SampleRepository;
  readonly webhookSecret: string;
  readonly say: (event: DemonstrationEvent) => void;
  readonly signal: AbortSignal;
}

export type DemonstrationEvent = Extract<
  ConsoleEvent,
  { readonly type: 'chapter' | 'deployment' | 'hosts' | 'said' | 'connection' }
>;

export interface DemonstratedDeployment {
  readonly deployment: string;
  readonly release: string;
  readonly outcome: string | null;
  readonly expected: 'succeeded' | 'undone';
  /** How it ended, in a sentence. */
  readonly ending: string;
  /** From the webhook to the end. */
  readonly durationMs: number;
  /** What happened when, in ms after the webhook. */
  readonly steps: readonly { readonly atMs: number; readonly line: string }[];
}

/** One that ended otherwise than it should have. */
export type Surprise = Pick<DemonstratedDeployment, 'deployment' | 'expected' | 'ending'>;

export interface Demonstration {
  readonly ok: boolean;
  readonly surprises: readonly Surprise[];
  readonly mergeToGreenMs: number | null;
  readonly badToUndoneMs: number | null;
  readonly rollForwardMs: number | null;
  readonly deployments: readonly DemonstratedDeployment[];
}

export { sampleService } from './deliver-merge.ts';

/** A good merge, a bad one, and its fix, each followed to its end. */
export async function demonstrate(parts: DemonstrationParts): Promise<Demonstration> {
  const { releaseOwner, repository, say } = parts;
  const chapter = (text: string): void => say({ type: 'chapter', text });
  await registerSample(releaseOwner, repository.cloneUrl);
  await endEarlier(parts);
  chapter('lin merges a good change, mo approves it');
  const good = await mergeAndFollow(parts, 'Say hello', { greeting: 'hello', health: 200 }, 'succeeded');
  chapter('lin merges a change whose health check fails');
  const bad = await mergeAndFollow(parts, 'Greet faster', { greeting: 'hi', health: 500 }, 'undone');
  await unlock(parts, 'the fix is on its way');
  chapter('mo unlocks the lane, and lin merges the fix');
  const fix = await mergeAndFollow(parts, 'Greet well', { greeting: 'good day', health: 200 }, 'succeeded');
  const ended = (each: DemonstratedDeployment): number | null =>
    each.outcome === each.expected ? each.durationMs : null;
  const deployments = [good, bad, fix];
  const surprises = deployments.filter(({ outcome, expected }) => outcome !== expected);
  return {
    ok: surprises.length === 0,
    surprises,
    mergeToGreenMs: ended(good),
    badToUndoneMs: ended(bad),
    rollForwardMs: ended(fix),
    deployments,
  };
}

/** What an earlier start left in the lane would keep a new merge waiting: it goes to its end first. */
async function endEarlier(parts: DemonstrationParts): Promise<void> {
  const { lock, active, queue } = await parts.releaseOwner.call('showLane', { path: { service: sampleService } });
  if (lock !== null) {
    parts.say({ type: 'chapter', text: `mo unlocks the lane, which ${lock.owner} locked: "${lock.reason}"` });
    await unlock(parts, 'the demonstration begins again');
  }
  const open = [...(active === null ? [] : [active]), ...queue];
  const names = named(open.map(({ deployment }) => deployment));
  if (open.length > 0)
    parts.say({ type: 'chapter', text: `${names}, left by an earlier start: to the end first, approved by mo` });
  for (const { number } of open) await followToEnd(parts, number, () => undefined);
}

const unlock = ({ releaseOwner }: DemonstrationParts, reason: string): Promise<unknown> =>
  releaseOwner.call('unlock', { path: { service: sampleService }, body: { reason } });

async function mergeAndFollow(
  parts: DemonstrationParts,
  subject: string,
  version: Parameters<SampleRepository['merge']>[1],
  expected: DemonstratedDeployment['expected'],
): Promise<DemonstratedDeployment> {
  const { deployer, signal } = parts;
  const merge = await parts.repository.merge(subject, version);
  const startedAt = performance.now();
  await deliverMerge(deployer.url, merge, parts.webhookSecret);
  const number = await numberOfMerge(deployer, merge.after, signal);
  const steps: { atMs: number; line: string }[] = [];
  const last = await followToEnd(parts, number, ({ line }) =>
    steps.push({ atMs: Math.round(performance.now() - startedAt), line }),
  );
  const durationMs = Math.round(performance.now() - startedAt);
  const release = `${sampleService}@${last?.release ?? '?'}`;
  return {
    deployment: `${sampleService}/${number}`,
    release,
    outcome: last?.outcome ?? null,
    expected,
    ending: last === null ? 'nothing was seen of it' : stateSentence(last),
    durationMs,
    steps,
  };
}

/** Says what happens, and approves when that is wanted. Answers how it ended. */
async function followToEnd(
  parts: DemonstrationParts,
  number: number,
  onChange: (change: FollowedChange) => void,
): Promise<Deployment | null> {
  const { deployer, say, signal } = parts;
  const connection = watchConnection((news) => say({ type: 'connection', news }));
  const object = { service: sampleService, number };
  const onHosts = (reports: readonly ServiceHosts[]): void => say({ type: 'hosts', reports });
  let last: Deployment | null = null;
  for await (const change of followDeployment(deployer, object, { signal, connection }, onHosts)) {
    onChange(change);
    say({ type: 'deployment', ...change });
    if (wantsApproval(change.deployment) && !wantsApproval(last)) await approve(parts, number);
    last = change.deployment;
  }
  return last;
}
