import path from 'node:path';
import { deliveryKey } from '../../domain/intake/merge.ts';
import { serviceName } from '../../domain/names.ts';
import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { firstOf, readHistory } from '../history/read-history.ts';
import { addService } from '../service/add-service.ts';
import { numberOfMerge, untilEnded } from '../service/follow-deployment.ts';
import { startSecondApi } from '../stack/second-api.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { deliverMany, type Wave, type WaveFigures } from './deliver-many.ts';
import { lookAtIntake, type IntakeFigures } from './look-at-intake.ts';
import { temporalOutages, type DuringOutage, type Outage } from './temporal-outage.ts';

export interface IntakeSettings {
  /** In parallel, each time. */
  readonly deliveries: number;
  readonly outageSeconds: number;
}

export interface IntakeRun {
  readonly waves: readonly WaveFigures[];
  readonly outages: readonly OutageFigures[];
  readonly seen: IntakeFigures;
}

export interface OutageFigures {
  readonly outage: Outage;
  readonly awayMs: number;
  /** From Temporal's start until the merge that came while it was away has its workflow. */
  readonly endToWorkflowStartedMs: number;
}

/** What the steps of a run share. */
interface Intake {
  readonly stack: BenchStack;
  readonly signal: AbortSignal;
  readonly during: DuringOutage;
  readonly outageMs: number;
  send(what: string, merge: Merge, deliveryIds: Wave['deliveryIds']): Promise<void>;
}

const service = serviceName('intake');

/** Three merges of one service, each delivered many times: with Temporal there, killed, and frozen. */
export async function runIntake(bench: Bench, stack: BenchStack, settings: IntakeSettings): Promise<IntakeRun> {
  const { regions, data } = stack.shape;
  const spec = { service, regions, batches: ['100%'], approve: false };
  const { git, repository, merge: first } = await addService(stack, spec, path.join(data.root, 'repository'));
  const waves: WaveFigures[] = [];
  const intake = await openIntake(bench, stack, settings, repository, waves);
  await intake.send('delivered, all with one id', first, 'same');
  await intake.send('delivered again, each with a new id', first, 'new');
  await startOf(intake, first);
  const merges = [first];
  const outages: OutageFigures[] = [];
  for (const outage of ['killed', 'frozen'] as const) {
    const next = await git.commit(`Merged while Temporal is ${outage}`, {});
    outages.push(await deliverDuring(intake, outage, { first, next }));
    merges.push(next);
  }
  const accepted = waves.reduce((sum, wave) => sum + wave.accepted, 0);
  return { waves, outages, seen: await lookAtIntake(stack, { service, merges, accepted }) };
}

async function openIntake(
  { signal, say }: Bench,
  stack: BenchStack,
  { deliveries, outageSeconds }: IntakeSettings,
  repository: string,
  waves: WaveFigures[],
): Promise<Intake> {
  const apis = [stack.api, await startSecondApi(stack)];
  const sender = { apis, repository, secret: stack.shape.secrets.webhookSecret };
  return {
    stack,
    signal,
    during: temporalOutages(stack),
    outageMs: outageSeconds * 1_000,
    async send(what, merge, deliveryIds) {
      say(`  ${what}`);
      waves.push(await deliverMany(sender, { what, merge, deliveries, deliveryIds }));
    },
  };
}

async function deliverDuring(
  intake: Intake,
  outage: Outage,
  { first, next }: { readonly first: Merge; readonly next: Merge },
): Promise<OutageFigures> {
  const { during, outageMs, send } = intake;
  const beganAtMs = Date.now();
  const endedAtMs = await during(outage, outageMs, async () => {
    await send(`a new merge, Temporal ${outage}`, next, 'new');
    await send(`the first merge again, Temporal ${outage}`, first, 'new');
  });
  await send('the new merge again, Temporal back', next, 'new');
  const startedAtMs = await startOf(intake, next);
  return { outage, awayMs: endedAtMs - beganAtMs, endToWorkflowStartedMs: startedAtMs - endedAtMs };
}

/** When the workflow of a merge started, asked after its end. */
async function startOf({ stack, signal }: Intake, { before, after }: Merge): Promise<number> {
  const key = deliveryKey(service, 'main', before, after);
  const ref = await numberOfMerge(stack, { service, key }, signal);
  await untilEnded(stack, ref, signal);
  const history = await readHistory(stack.temporal, deploymentWorkflowId(service, ref.deployment));
  return firstOf(history, 'WORKFLOW_EXECUTION_STARTED');
}
