import { setTimeout as delay } from 'node:timers/promises';
import { regionName } from '../../domain/names.ts';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** What pages that show regions ask the api: how long the answer took, and its bytes at the most. */
export type PageTimes = Readonly<Record<string, Distribution & { readonly bytes: number }>>;

const everyMs = 500;

/** Asks again and again until `until` has resolved. */
export async function pageTimes(
  { releaseOwner, shape }: BenchStack,
  { service, deployment }: DeploymentRef,
  until: Promise<unknown>,
): Promise<PageTimes> {
  const region = regionName(shape.regions[0]!);
  const questions = {
    'all regions': () => releaseOwner.call('listRegions', {}),
    'one region': () => releaseOwner.call('showRegion', { path: { region } }),
    'hosts of the service': () => releaseOwner.call('listServiceHosts', { path: { service } }),
    'the deployment': () => releaseOwner.call('showDeployment', { path: { service, deployment } }),
  };
  const asked = Object.entries(questions).map(([what, ask]) => ({ what, ask, tookMs: [] as number[], bytes: 0 }));
  let ended = false;
  const end = (): void => void (ended = true);
  void until.then(end, end);
  while (!ended) {
    for (const question of asked) {
      const askedAt = performance.now();
      const answer = await question.ask();
      question.tookMs.push(performance.now() - askedAt);
      question.bytes = Math.max(question.bytes, Buffer.byteLength(JSON.stringify(answer)));
    }
    await delay(everyMs);
  }
  return Object.fromEntries(asked.map(({ what, tookMs, bytes }) => [what, { ...distributionOf(tookMs), bytes }]));
}
