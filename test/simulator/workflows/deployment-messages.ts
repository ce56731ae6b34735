/** Mirrors workflows/deployment: messages.ts, go-on.ts, and regionReported of region.ts. */
import type { Stop } from '../../../domain/deployment/ending.ts';
import type { SkippableRegion } from '../../../domain/deployment/leaving-waits.ts';
import type { MessageDecision } from '../../../domain/deployment/person-message.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { Generation, RegionName } from '../../../domain/names.ts';
import type { Decisions } from '../decisions.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import { rolloutId, undoId } from '../world/names.ts';
import { endsOf } from './deployment-ends.ts';
import { mayGoOn, recordOf, standingOf, touchedRegions } from './deployment-run.ts';
import type { DeploymentRun, RegionRecord } from './deployment-run.ts';
import type { RolloutResult } from './region-rollout.ts';

interface RegionReport {
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly generation: Generation | 0;
  readonly held: boolean;
}

export function messagesOf(run: DeploymentRun, outside: Outside, decisions: Decisions): Workflow['on'] {
  const { deployment } = run.input;

  function answer(decision: MessageDecision, act: () => void): void {
    if (decision.do !== 'accept') return;
    run.controlRevision += 1;
    act();
  }

  function stopBy(stop: Stop): void {
    run.stop = stop;
    run.asking = false;
    run.interrupted = true;
  }

  const stopOf = (cause: Stop['cause'], hold: boolean): Stop => ({ cause, hold, by: 'ada', reason: cause, at: '' });

  /** A pause, and a hold in any region, stops new batches in all of them. */
  function tellRegions(): void {
    const name = mayGoOn(run) ? 'resumeRegion' : 'pauseRegion';
    const { controlRevision } = run;
    for (const { region, running } of run.regions)
      if (running) outside.signal(rolloutId(deployment, region), name, { controlRevision });
  }

  /** Whether it answers isn't modelled: a person may be wrong about that, at any moment. */
  const skippable = ({ region, held, copied, running, skipped }: RegionRecord): SkippableRegion => ({
    region,
    held,
    state: skipped ? 'skipped' : running ? 'unreachable' : stateOf(copied, region),
    reason: 'does not answer',
  });

  const stateOf = (copied: boolean, region: RegionName): SkippableRegion['state'] =>
    run.ended[rolloutId(deployment, region)] !== undefined ? 'done' : copied ? 'ready' : 'replicating';

  function skip(region: RegionName): void {
    const at = recordOf(run, region);
    if (at.running) outside.cancelChild(rolloutId(deployment, region));
    Object.assign(at, { skipped: true, held: false, running: false });
    outside.cancel(`forward ${region}`);
    outside.cancel(`copy ${region}`);
    if (at.touched) endsOf(run, outside, decisions).stay(region);
    tellRegions();
  }

  return {
    abort: ({ hold }: { readonly hold: boolean }) =>
      answer(decisions.decideAbort(standingOf(run), hold), () => stopBy(stopOf('aborted', hold))),
    reject: () => answer(decisions.decideReject(standingOf(run)), () => stopBy(stopOf('rejected', false))),
    pause: () => {
      answer(decisions.decidePause(standingOf(run)), () => void (run.paused = true));
      tellRegions();
    },
    resume: () =>
      answer(decisions.decideResume(standingOf(run)), () => {
        run.paused = false;
        for (const at of run.regions) at.held = false;
        tellRegions();
      }),
    approve: () => answer(decisions.decideApprove(standingOf(run)), () => void (run.approved = true)),
    endUndo: () =>
      answer(decisions.decideEndUndo(standingOf(run)), () => {
        run.undoEnded = true;
        for (const { region } of touchedRegions(run)) outside.signal(undoId(deployment, region), 'endRegionUndo', {});
      }),
    /** skip-region.ts */
    skipRegion: ({ region }: { readonly region: RegionName }) =>
      answer(decisions.decideSkip(standingOf(run), run.regions.map(skippable), region), () => skip(region)),
    /** Cancel, from Temporal's own tools; where nothing can be cancelled it does nothing. */
    cancel: () => {
      if (run.finishing || (run.stop !== null && !run.asking)) return;
      stopBy({ cause: 'aborted', hold: false, by: 'temporal', reason: 'cancelled in Temporal', at: '' });
    },
    regionProgress: ({ region, held, attempt, generation }: RegionReport) => {
      const at = run.regions.find((one) => one.region === region);
      if (at === undefined || !at.running || run.stop !== null) return;
      const heldChanged = at.held !== held;
      Object.assign(at, { held, attempt, generation });
      if (decisions.undoIsRegistered() === 'after') at.touched = true;
      if (heldChanged) tellRegions();
    },
    childEnded: ({ id, result }: { readonly id: string; readonly result: RolloutResult }) => {
      run.ended[id] = result;
    },
  };
}
