import { getExternalWorkflowHandle, log, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { controlMistake } from '../../domain/deployment/region-message-shape.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { Generation } from '../../domain/names.ts';
import { regionDetails } from '../../domain/progress/details.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import { mostRefusedSignalsShown } from '../../domain/progress/refused-signals.ts';
import { ifWellMade, refusedSignalText } from '../if-well-made.ts';
import { onSignal } from '../on-signal.ts';
import type { RegionRolloutInput, Tell } from '../messages/region.ts';
import {
  endWatchSignal,
  pauseRegionSignal,
  promoteRegionSignal,
  regionProgressSignal,
  resumeRegionSignal,
} from '../messages/region.ts';

/** What one run of the workflow knows; all of it is data. */
export interface RegionRun {
  readonly input: RegionRolloutInput;
  attempt: Attempt;
  /** Of the goal as last heard; 0 before the begin was answered. */
  generation: Generation | 0;
  /** Highest that a message of a person brought here. */
  controlRevision: number;
  /** Of the newest resume; a hold waits for a newer one than it was written with. */
  resumedRevision: number;
  paused: boolean;
  /** Of the newest tell: an older one that comes late says nothing of how it is now. */
  tellSequence: number;
  held: boolean;
  /** From before the hold is written until the resume is: nothing that ends a watch ends this. */
  holding: boolean;
  /** A person has ended the bake. */
  promoted: boolean;
  /** The region answered when it was last asked. */
  answers: boolean;
  /** All batches are good, and the bake. */
  isReady: boolean;
  /** Nobody has to watch it any longer, once it is ready. */
  watchEnded: boolean;
  /** The batch that the region was last told to start. */
  allowedBatch: number;
  /** The batch that the centre was last told of; it isn't told again each time a host is waited for. */
  intendedBatch: number;
  progress: RegionProgress;
  /** Settled when the deployment has been told everything, in order. */
  told: Promise<void>;
  /** Signals that could not be read. */
  refusedSignals: number;
}

/** Whether the region may go on to the next step, has to redo this one, or is bad. */
export type Step = 'done' | 'again' | Stop;
export interface Stop {
  /** Why the release is bad here, one sentence for people. */
  readonly stop: string;
}

export const isStop = (step: string | Stop): step is Stop => typeof step === 'object';

export function openRegionRun(input: RegionRolloutInput): RegionRun {
  const { position } = input;
  const run: RegionRun = {
    input,
    attempt: position?.attempt ?? input.attempt,
    generation: position?.generation ?? 0,
    controlRevision: input.controlRevision,
    resumedRevision: 0,
    paused: input.paused,
    tellSequence: input.tellSequence ?? 0,
    held: false,
    holding: false,
    promoted: false,
    answers: position?.progress.state !== 'unreachable',
    isReady: position?.isReady ?? false,
    watchEnded: position?.watchEnded ?? false,
    allowedBatch: position === null ? 0 : position.batch - 1,
    intendedBatch: 0,
    progress: position?.progress ?? notBegun(input),
    told: Promise.resolve(),
    refusedSignals: 0,
  };
  listen(run);
  return run;
}

/** To its deployment; and whoever can use Temporal may imitate that. */
function listen(run: RegionRun): void {
  const refused = (signal: string) => (mistake: string) => refuse(run, signal, mistake);
  onSignal(
    pauseRegionSignal,
    ifWellMade(controlMistake, (tell: Tell) => toldToPause(run, tell), refused('pauseRegion')),
  );
  onSignal(
    resumeRegionSignal,
    ifWellMade(controlMistake, (tell: Tell) => toldToGoOn(run, tell), refused('resumeRegion')),
  );
  onSignal(promoteRegionSignal, () => void (run.promoted = true));
  onSignal(endWatchSignal, () => void (run.watchEnded = true));
}

function refuse(run: RegionRun, signal: string, mistake: string): void {
  log.warn('a signal was not understood', { signal, mistake });
  run.refusedSignals += 1;
  if (run.refusedSignals > mostRefusedSignalsShown) return;
  report(run, { event: 'signal-refused', message: refusedSignalText(signal, mistake) });
}

type Heard = Pick<RegionRun, 'controlRevision' | 'resumedRevision' | 'paused' | 'tellSequence'>;

export function toldToPause(run: Heard, { controlRevision, tellSequence }: Tell): void {
  run.controlRevision = Math.max(run.controlRevision, controlRevision);
  if (tellSequence === undefined) {
    // A copy that arrives after the resume that answered it pauses nothing.
    if (controlRevision >= run.resumedRevision) run.paused = true;
  } else if (isNews(run, tellSequence)) run.paused = true;
}

/** One that comes late still ends a hold that it was meant for; whether the region is paused, a newer one has said. */
export function toldToGoOn(run: Heard, { controlRevision, tellSequence }: Tell): void {
  if (tellSequence === undefined && controlRevision < run.controlRevision) return;
  run.controlRevision = Math.max(run.controlRevision, controlRevision);
  run.resumedRevision = Math.max(run.resumedRevision, controlRevision);
  if (tellSequence === undefined || isNews(run, tellSequence)) run.paused = false;
}

function isNews(run: Heard, tellSequence: number): boolean {
  if (tellSequence <= run.tellSequence) return false;
  run.tellSequence = tellSequence;
  return true;
}

/** @throws Error when the begin was never answered: the order of the workflow is broken */
export function begunGeneration({ generation, input }: RegionRun): Generation {
  if (generation === 0) throw new Error(`${input.region} has not begun`);
  return generation;
}

export interface Change extends Partial<Omit<RegionProgress, 'region'>> {
  readonly event: string;
  readonly message: string;
}

/** Shows a change here and tells the deployment, in order and without waiting: hosts don't wait for what people see. */
export function report(run: RegionRun, { event, message, ...changed }: Change): void {
  run.progress = { ...run.progress, ...changed };
  setCurrentDetails(regionDetails(run.progress, message));
  const { attempt, generation, held } = run;
  const { parent, runId, originalExecutionRunId } = workflowInfo();
  // In each report, as those before the reset are made anew, too, and sent no more.
  const reset = runId === originalExecutionRunId ? '' : '; its workflow was reset in Temporal';
  const told = { ...run.progress, held, attempt, generation, event, message: message + reset };
  if (parent === undefined) return;
  run.told = run.told
    .then(() => getExternalWorkflowHandle(parent.workflowId).signal(regionProgressSignal, told))
    .catch(() => undefined); // a deployment that has gone needs no news
}

const notBegun = ({ region, batches }: RegionRolloutInput): RegionProgress => ({
  region,
  state: 'rolling',
  batch: 0,
  batches: batches.length,
  hosts: { total: 0, switched: 0, healthy: 0, failed: 0 },
  reason: null,
});
