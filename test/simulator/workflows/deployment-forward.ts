/** Mirrors workflows/deployment: build.ts, plan.ts, replicate.ts, admit.ts, stages.ts, region.ts, go-on.ts, verify.ts. */
import type { Stop } from '../../../domain/deployment/ending.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { PlanDecision } from '../../../domain/plan/plan-deployment.ts';
import type { Plan, PlannedStage } from '../../../domain/plan/plan.ts';
import type { Decisions } from '../decisions.ts';
import { activity, Fault, until } from '../engine/work.ts';
import type { Spawned, Work } from '../engine/work.ts';
import type { Outside } from '../engine/workflow.ts';
import { deploymentId, rolloutId } from '../world/names.ts';
import { failed, mayGoOn, planOf, recordOf } from './deployment-run.ts';
import type { DeploymentRun } from './deployment-run.ts';
import type { RolloutInput, RolloutResult } from './region-rollout.ts';

/** planned-regions.ts */
export function planRegions(run: DeploymentRun, plan: Plan): void {
  const { deployment } = run.input;
  run.plan = plan;
  run.regions = plan.stages.flatMap(({ regions }, stage) =>
    regions.map((region) => ({
      region,
      stage,
      attempt: { deployment, local: 0 },
      generation: 0 as const,
      held: false,
      copied: false,
      touched: false,
      running: false,
      skipped: false,
      owesHold: false,
      ready: false,
      missing: [],
    })),
  );
}

export function forwardOf(run: DeploymentRun, outside: Outside, decisions: Decisions): () => Work<Stop | null> {
  const { deployment, kind, release, builds } = run.input;

  function* build(): Work<Stop | null> {
    if (builds) yield* activity('centre', 'signRelease', { release });
    return null;
  }

  function* plan(): Work<Stop | null> {
    const planned = yield* activity<PlanDecision>('centre', 'planDeployment', { deployment, kind, release });
    if (planned.outcome === 'refused') return failed(planned.reason);
    planRegions(run, planned.plan);
    return null;
  }

  function* copy(region: RegionName): Work<void> {
    try {
      const answer = yield* activity<{ readonly copied: boolean }>(region, 'replicate', { release });
      if (!answer.copied) run.copyFailed = true;
      recordOf(run, region).copied = answer.copied;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      run.copyFailed = true;
    }
  }

  function* admit(): Work<Stop | null> {
    yield* until(() => planOf(run).approve === null || run.approved || run.copyFailed);
    if (run.copyFailed) return failed('copy');
    yield* activity('centre', 'admitRelease', { release });
    run.admitted = true;
    return null;
  }

  function* rollOut(): Work<Stop | null> {
    for (const stage of planOf(run).stages) {
      const stopped = yield* rollOutStage(stage);
      if (stopped !== null) return stopped;
    }
    return null;
  }

  function* rollOutStage(stage: PlannedStage): Work<Stop | null> {
    const isSkipped = (region: RegionName): boolean => recordOf(run, region).skipped;
    yield* until(
      () => run.copyFailed || stage.regions.every((region) => recordOf(run, region).copied || isSkipped(region)),
    );
    if (run.copyFailed) return failed('copy');
    yield* until(() => mayGoOn(run));
    const left = stage.regions.filter((region) => !isSkipped(region));
    return yield* firstStop(
      left,
      left.map((region) => outside.spawn(`forward ${region}`, rollOutRegion(region))),
    );
  }

  /** Answers as soon as one region is bad. */
  function* firstStop(names: readonly RegionName[], regions: readonly Spawned<Stop | null>[]): Work<Stop | null> {
    const bad = (): Stop | null => {
      const stop = regions.find(({ over, result, fault }) => over && (result !== null || fault !== null));
      return stop === undefined ? null : (stop.result ?? failed('no answer'));
    };
    const isOver = ({ over }: Spawned<Stop | null>, at: number): boolean => over || recordOf(run, names[at]!).skipped;
    yield* until(() => bad() !== null || regions.every(isOver));
    return bad();
  }

  /** region.ts: its undo is registered first. */
  function* rollOutRegion(region: RegionName): Work<Stop | null> {
    const at = recordOf(run, region);
    if (decisions.undoIsRegistered() === 'before') at.touched = true;
    at.running = true;
    const input = inputOf(region);
    const id = rolloutId(deployment, region);
    outside.startChild(id, 'regionRollout', input, 'terminate');
    yield* until(() => run.ended[id] !== undefined);
    const result = run.ended[id] as RolloutResult;
    const { attempt, generation, missing } = result;
    Object.assign(at, { attempt, generation, missing, held: false, running: false, touched: true });
    return result.outcome === 'ready' ? null : failed(result.reason);
  }

  function inputOf(region: RegionName): RolloutInput {
    const { stages, release: next, budget, batchTimeoutMs, absentAfterMs } = planOf(run);
    const { stage, attempt } = recordOf(run, region);
    const { batches, bakeMs } = stages[stage]!;
    return {
      parent: deploymentId(deployment),
      region,
      attempt,
      next,
      admission: next.release.digest,
      batches,
      budget,
      batchTimeoutMs,
      absentAfterMs,
      bakeMs,
      paused: !mayGoOn(run),
      controlRevision: run.controlRevision,
    };
  }

  function* verify(): Work<Stop | null> {
    yield* until(() => mayGoOn(run));
    return null;
  }

  return function* forward(): Work<Stop | null> {
    const prepared = (yield* build()) ?? (yield* plan());
    if (prepared !== null) return prepared;
    for (const { region } of run.regions) outside.spawn(`copy ${region}`, copy(region));
    return (yield* admit()) ?? (yield* rollOut()) ?? (yield* verify());
  };
}
