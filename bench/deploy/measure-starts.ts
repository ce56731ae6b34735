import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { addService, type AddedService } from '../service/add-service.ts';
import { acceptedMove, deliverMerge } from '../service/deliver-merge.ts';
import { numberOfMerge, untilEnded } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { firstTaskStarted, intakeMoments, readIntakeFacts, workflowStarted } from './intake-moments.ts';
import { since, stepFigures, type Moment, type StepFigures } from './moments.ts';

export interface StartFigures {
  readonly merges: number;
  readonly paceMs: number;
  readonly succeeded: number;
  readonly webhookAnswer: Distribution;
  /** From sending the webhook to Temporal's event. */
  readonly mergeToWorkflowStarted: Distribution;
  readonly mergeToFirstTask: Distribution;
  readonly steps: readonly StepFigures[];
  /** The same for the first merge of a freshly started stack, which is none of the others; in ms. */
  readonly coldMergeToFirstTaskMs: number;
}

/** Services beside those that are measured. */
export const warmUpMerges = 1;

/** What became of one merge. */
interface Start {
  readonly outcome: string | null;
  readonly answeredMs: number;
  readonly moments: readonly Moment[];
}

/**
 * Merges to as many services, one every `paceMs` whatever became of those before; each is its service's first
 * deployment. The workers have run one deployment before.
 */
export async function measureStarts(
  bench: Bench,
  stack: BenchStack,
  { services: count, paceMs }: { readonly services: number; readonly paceMs: number },
): Promise<StartFigures> {
  const [first, ...services] = await addServices(stack, warmUpMerges + count);
  const cold = await start(bench, stack, first!);
  bench.say(`${count} merges to ${count} services, one every ${paceMs} ms`);
  const startedAt = performance.now();
  const starts = await Promise.all(
    services.map(async (service, index) => {
      const dueMs = startedAt + index * paceMs - performance.now();
      await delay(Math.max(0, dueMs), undefined, { signal: bench.signal });
      return start(bench, stack, service);
    }),
  );
  return {
    merges: count,
    paceMs,
    succeeded: starts.filter(({ outcome }) => outcome === 'succeeded').length,
    webhookAnswer: distributionOf(starts.map(({ answeredMs }) => answeredMs)),
    mergeToWorkflowStarted: distributionOf(starts.map((each) => timeOf(each, workflowStarted))),
    mergeToFirstTask: distributionOf(starts.map((each) => timeOf(each, firstTaskStarted))),
    steps: stepFigures(starts.map(({ moments }) => moments)),
    coldMergeToFirstTaskMs: timeOf(cold, firstTaskStarted),
  };
}

/** Spread over the regions, because a host has ports for a few instances only. */
async function addServices(stack: BenchStack, count: number): Promise<readonly AddedService[]> {
  const { regions, data } = stack.shape;
  const services: AddedService[] = [];
  for (let index = 0; index < count; index++) {
    const service = `bench-${index}`;
    const region = regions[index % regions.length]!;
    const spec = { service, regions: [region], batches: ['100%'], approve: false };
    services.push(await addService(stack, spec, path.join(data.root, 'repositories', service)));
  }
  return services;
}

async function start({ signal }: Bench, stack: BenchStack, { repository, merge }: AddedService): Promise<Start> {
  const { webhookSecret: secret } = stack.shape.secrets;
  const delivered = await deliverMerge({ api: stack.api, repository, merge, secret });
  const ref = await numberOfMerge(stack, acceptedMove(delivered), signal);
  const { outcome } = await untilEnded(stack, ref, signal);
  const moments = since(delivered.sentAtMs, intakeMoments(await readIntakeFacts(stack, ref, delivered)));
  return { outcome: outcome ?? null, answeredMs: delivered.answeredMs, moments };
}

const timeOf = ({ moments }: Start, wanted: string): number =>
  moments.find(({ step }) => step === wanted)?.atMs ?? Number.NaN;
