import path from 'node:path';
import { serviceName } from '../../domain/names.ts';
import { sampleFiles } from '../../infra/local/demo/sample-files.ts';
import { Deployment } from '../../infra/postgres/central/entities.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import { addService } from '../service/add-service.ts';
import { deliverAndFind, deployGood } from '../service/deploy-merge.ts';
import { untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { serviceFiles, type BenchService } from '../service/service-files.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { untilBaking } from '../stop/measure-abort.ts';
import { waysOf, type HostWay } from './host-way.ts';

/** What the third deployment comes to: it goes through, or a person aborts it in the middle or at its end. */
export const courses = ['succeeds', 'aborted in a batch', 'aborted in the bake'] as const;
export type Course = (typeof courses)[number];

/** One service whose second release was held half way when the third came. */
export interface MixedRun {
  readonly course: Course;
  readonly held: string | null;
  /** Before the third came: which release each host ran. */
  readonly before: readonly HostWay[];
  readonly outcome: string | null;
  /** All of each host's way. */
  readonly after: readonly HostWay[];
}

const limitMs = 2 * 60_000;

/**
 * Release 1 runs everywhere, release 2 is held half way (`abort --hold`), and release 3 is deployed over what is then mixed.
 * With lanes that no undo locks.
 */
export async function measureMixed(bench: Bench, stack: BenchStack, course: Course): Promise<MixedRun> {
  const { signal, say } = bench;
  const { regions, data } = stack.shape;
  const service = serviceName(`mixed-${courses.indexOf(course) + 1}`);
  const spec: BenchService = { service, regions, batches: [1, '50%', '100%'], approve: false, lockAfter: false };
  const { git, repository, merge } = await addService(stack, spec, path.join(data.root, service));
  await deployGood(stack, { repository, merge }, signal);
  const deploy = async (greeting: string, bake?: string): Promise<DeploymentRef> => {
    const program = sampleFiles({ greeting, health: 200 }, regions)['server.mjs']!;
    const files = { ...serviceFiles(bake === undefined ? spec : { ...spec, bake }), 'server.mjs': program };
    return deliverAndFind(stack, { repository, merge: await git.commit(greeting, files) }, signal);
  };
  const second = await deploy('second');
  await untilHalfWay(stack, second, signal);
  await abort(stack, second, true);
  const { outcome: held } = await untilEnded(stack, second, signal);
  const before = await waysOf(stack, service);
  const third = await deploy('third', course === 'aborted in the bake' ? '30m' : undefined);
  if (course === 'aborted in a batch') await untilHalfWay(stack, third, signal);
  if (course === 'aborted in the bake') await untilBaking(stack, third, signal);
  if (course !== 'succeeds') await abort(stack, third, false);
  const { outcome } = await untilEnded(stack, third, signal);
  const after = await untilArrived(stack, third, signal);
  say(`  ${course}: ended ${outcome}`);
  return { course, held: held ?? null, before, outcome: outcome ?? null, after };
}

const abort = (stack: BenchStack, ref: DeploymentRef, hold: boolean): Promise<unknown> =>
  stack.releaseOwner.call('abort', {
    path: { service: ref.service, deployment: ref.deployment },
    body: { reason: 'measured', hold },
  });

/** Pauses it as soon as a region is in its second batch, and waits until none of them has anything under way. */
async function untilHalfWay(stack: BenchStack, ref: DeploymentRef, signal: AbortSignal): Promise<void> {
  const { service, deployment } = ref;
  const look = () => stack.central.em.fork().findOneOrFail(Deployment, { service, number: deployment });
  await until(`${service}/${deployment} to be in a second batch`, { limitMs, signal }, async () =>
    (await look()).regions.some(({ batch }) => batch === 2) ? true : undefined,
  );
  await stack.releaseOwner.call('pause', { path: { service, deployment }, body: { reason: 'measured' } });
  await until(`${service}/${deployment} to stand still`, { limitMs, signal }, async () => {
    const { regions } = await look();
    return regions.every(({ reason }) => reason === 'paused') ? true : undefined;
  });
}

/** An undo ends when hosts run what they ran, healthy or not yet. */
const untilArrived = (stack: BenchStack, ref: DeploymentRef, signal: AbortSignal): Promise<readonly HostWay[]> =>
  until('every host to be healthy', { limitMs, signal }, async () => {
    const ways = await waysOf(stack, ref.service);
    return ways.every(({ arrived }) => arrived) ? ways : undefined;
  });
