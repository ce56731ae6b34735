import path from 'node:path';
import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { startLightHosts } from '../hosts/light-hosts.ts';
import { addService } from '../service/add-service.ts';
import { deliverUntilTaken, type Delivered } from '../service/deliver-merge.ts';
import { peakPss } from '../stack/peak-pss.ts';
import { usageByProgram, usedSince } from '../stack/process-usage.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { historySizes, type HistorySizes } from './history-sizes.ts';
import type { SeenMerges } from './count-merges.ts';
import { lookAtMerges, untilAllEnded, untilAllStarted } from './look-at-merges.ts';
import type { MergesOptions } from './merges-benchmark.ts';

export interface MergesFigures {
  readonly merges: number;
  /** Answered 202. */
  readonly accepted: number;
  /** Answered 503, and delivered again. */
  readonly deliveredAgain: number;
  readonly answer: Distribution;
  /** From the first delivery on: until the last was answered, and until the last deployment had ended. */
  readonly sentMs: number;
  readonly endedMs: number;
  readonly seen: SeenMerges;
  readonly peakPssBytes: number;
  /** By type of workflow. */
  readonly histories: Readonly<Record<string, HistorySizes>>;
  /** By program, from the first delivery to the last end. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** One service, and its merges, oldest first. */
interface Queue {
  readonly repository: string;
  readonly merges: readonly Merge[];
}

/** Delivers every service's merges in their order, all services at once. */
export async function measureMerges(bench: Bench, stack: BenchStack, options: MergesOptions): Promise<MergesFigures> {
  const { say, signal } = bench;
  await Promise.all(stack.shape.regions.map((region) => startLightHosts(stack, region, options.hosts, signal)));
  say(`committing ${options.merges} merges to ${options.services} services`);
  const queues = await makeQueues(stack, options);
  const pss = peakPss(stack);
  const before = usageByProgram(stack);
  const startedAt = performance.now();
  const delivered = await deliverAll(bench, stack, queues, options.each);
  const sentMs = performance.now() - startedAt;
  const accepted = delivered.filter(isTaken).length;
  await untilAllEnded(bench, stack, accepted);
  const endedMs = performance.now() - startedAt;
  const used = usedSince(before, usageByProgram(stack));
  const peakPssBytes = pss.stop();
  return {
    merges: options.merges,
    accepted,
    deliveredAgain: delivered.length - accepted,
    answer: distributionOf(delivered.map(({ answeredMs }) => answeredMs)),
    sentMs,
    endedMs,
    seen: await lookAtMerges(
      stack,
      queues.flatMap(({ merges }) => merges),
    ),
    peakPssBytes,
    histories: await historySizes(stack),
    cpuMs: Object.fromEntries(Object.entries(used).map(([name, { cpuMs }]) => [name, cpuMs])),
  };
}

async function makeQueues(stack: BenchStack, { services, merges, span }: MergesOptions): Promise<readonly Queue[]> {
  const { regions, data } = stack.shape;
  const make = async (index: number): Promise<Queue> => {
    const service = `bench-${index}`;
    const own = Array.from({ length: span }, (_, more) => regions[(index + more) % regions.length]!);
    const spec = { service, regions: own, batches: [1, '100%'], approve: false };
    const { repository, git, merge } = await addService(stack, spec, path.join(data.root, 'repositories', service));
    const all = [merge];
    const count = Math.floor(merges / services) + (index < merges % services ? 1 : 0);
    while (all.length < count) all.push(await git.commit(`Change ${all.length}`, { 'NOTES.md': String(all.length) }));
    return { repository, merges: all };
  };
  const queues: Queue[] = [];
  for (let index = 0; index < services; index++) queues.push(await make(index));
  return queues;
}

/** Round by round, one merge of each service; with `each` a round waits until the one before has begun. */
async function deliverAll(
  bench: Bench,
  stack: BenchStack,
  queues: readonly Queue[],
  each: boolean,
): Promise<readonly Delivered[]> {
  const { webhookSecret: secret } = stack.shape.secrets;
  const delivered: Delivered[] = [];
  const rounds = Math.max(...queues.map(({ merges }) => merges.length));
  for (let round = 0; round < rounds; round++) {
    bench.signal.throwIfAborted();
    const due = queues.flatMap(({ repository, merges }) =>
      merges.slice(round, round + 1).map((merge) => ({ repository, merge })),
    );
    const sent = due.map((one) => deliverUntilTaken({ api: stack.api, secret, ...one }, bench.signal));
    delivered.push(...(await Promise.all(sent)).flat());
    if (!each) continue;
    await untilAllStarted(bench, stack, delivered.filter(isTaken).length);
    bench.say(`  round ${round + 1} of ${rounds} has begun`);
  }
  return delivered;
}

const isTaken = ({ status }: Delivered): boolean => status === 202;
