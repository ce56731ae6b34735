/** Mirrors workflows/region-rollout: begin.ts, batch.ts, watch.ts, hold.ts, follow.ts, take-over.ts, region-run.ts. */
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { Placement } from '../../../domain/goal/goal.ts';
import type { Digest, Generation, HostId, RegionName } from '../../../domain/names.ts';
import type { Budget, Share } from '../../../domain/spec/service-spec.ts';
import type { Recorded } from '../centre/deployment-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, checkpoint, Fault, sleep, until } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import type { Advanced } from '../region/advance.ts';
import type { Seen } from '../region/watches.ts';
import type { Fenced, Written } from '../region/write-step.ts';

export interface RolloutInput {
  readonly parent: string;
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly next: Placement;
  readonly admission: Digest;
  readonly batches: readonly Share[];
  readonly budget: Budget;
  readonly batchTimeoutMs: number;
  readonly absentAfterMs: number;
  readonly bakeMs: number;
  readonly paused: boolean;
  readonly controlRevision: number;
}

export interface RolloutResult {
  readonly outcome: 'ready' | 'stop';
  readonly reason: string;
  readonly attempt: Attempt;
  readonly generation: Generation | 0;
  readonly missing: readonly HostId[];
}

interface Run {
  attempt: Attempt;
  generation: Generation | 0;
  controlRevision: number;
  resumedRevision: number;
  paused: boolean;
  held: boolean;
  allowedBatch: number;
  intendedBatch: number;
  batch: number;
  /** Hosts that were named as not brought to the release. */
  missing: readonly HostId[];
}

type Step = 'done' | 'again' | { readonly stop: string };
const isStop = (step: string | { readonly stop: string }): step is { readonly stop: string } =>
  typeof step === 'object';

export function regionRollout(input: RolloutInput, outside: Outside, decisions: Decisions): Workflow {
  const { region, batches, absentAfterMs } = input;
  const run: Run = {
    attempt: input.attempt,
    generation: 0,
    controlRevision: input.controlRevision,
    resumedRevision: 0,
    paused: input.paused,
    held: false,
    allowedBatch: 0,
    intendedBatch: 0,
    batch: 1,
    missing: [],
  };

  const report = (): void => {
    const { attempt, generation, held } = run;
    outside.signal(input.parent, 'regionProgress', { region, attempt, generation, held });
  };

  const intend = (step: string, mode: 'advance' | 'hold'): Work<Recorded> =>
    activity('centre', 'recordIntent', {
      region,
      deployment: run.attempt.deployment,
      attempt: run.attempt,
      step,
      mode,
      next: input.next,
      knownGeneration: run.generation,
    });

  /** take-over.ts */
  function takeOver(fenced: Fenced): 'taken' | 'held' | { readonly stop: string } {
    const following = decisions.followFenced(fenced, run);
    if (following.follow === 'give up') return { stop: following.reason };
    run.attempt = following.attempt;
    run.generation = following.generation;
    if (following.follow === 'undone') return { stop: 'rolled back inside the region' };
    return following.follow === 'held' ? 'held' : 'taken';
  }

  /** follow.ts */
  function* follow(fenced: Fenced): Work<Step> {
    const taken = takeOver(fenced);
    if (isStop(taken)) return taken;
    return taken === 'held' ? yield* untilResumed() : 'again';
  }

  /** begin.ts */
  function* begin(): Work<Step> {
    const known = yield* intend('begin', 'advance');
    const { next, admission } = input;
    const step = { region, attempt: run.attempt, next, admission, absentAfterMs, ...known };
    const begun = yield* activity<Written | Fenced>(region, 'beginRegion', step);
    if (begun.outcome === 'fenced') return yield* follow(begun);
    run.generation = begun.answer.generation;
    report();
    return 'done';
  }

  /** batch.ts */
  function* runBatch(batch: number): Work<Step> {
    if (run.allowedBatch < batch) yield* until(() => !run.paused);
    const allowed = yield* allow(batch);
    return allowed === 'done' ? yield* watchBatch(batch) : allowed;
  }

  function* allow(batch: number): Work<Step> {
    if (run.intendedBatch !== batch) yield* intend(`advance:${batch}`, 'advance');
    run.intendedBatch = batch;
    const { attempt, generation } = run;
    const { budget } = input;
    const step = { attempt, generation, batch, share: batches[batch - 1]!, absentAfterMs, budget };
    const allowed = yield* activity<Advanced>(region, 'advanceRegion', step);
    if (allowed.outcome === 'fenced') return yield* follow(allowed);
    if (allowed.outcome === 'waiting') {
      if (allowed.reason === 'all hosts pinned') return yield* hold();
      yield* sleep('no host', 15_000);
      return 'again';
    }
    if (allowed.outcome !== 'written') return yield* ruled(allowed);
    run.generation = allowed.answer.generation;
    run.allowedBatch = Math.max(run.allowedBatch, batch);
    const { absent, pinned, maintenance } = allowed.members;
    addMissing([...absent, ...pinned, ...maintenance]);
    report();
    return 'done';
  }

  /** watch.ts */
  function* watchBatch(batch: number): Work<Step> {
    const { attempt, generation } = run;
    const { budget, batchTimeoutMs } = input;
    const watched = { attempt, generation, batch, budget, batchTimeoutMs, absentAfterMs };
    return yield* judged('watchBatch', watched);
  }

  function* bake(): Work<Step> {
    const { attempt, generation } = run;
    const { budget, bakeMs } = input;
    return yield* judged('watchBake', { attempt, generation, bakeMs, budget, absentAfterMs });
  }

  function* judged(name: string, watched: object): Work<Step> {
    let seen: Seen;
    try {
      seen = yield* activity<Seen>(region, name, watched, { isWatch: true, givesUp: true });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return 'again';
    }
    if (seen.outcome === 'fenced') return yield* follow(seen);
    return yield* ruled(seen);
  }

  function* ruled(seen: Exclude<Seen, Fenced>): Work<Step> {
    addMissing([...seen.failed, ...seen.lost, ...seen.leftOut]);
    if (seen.outcome === 'hold') return yield* hold();
    if (seen.outcome === 'stop') return { stop: seen.reason };
    report();
    return 'done';
  }

  /** hold.ts */
  function* hold(): Work<Step> {
    const fenced = yield* write('hold');
    const taken = fenced === null ? 'held' : takeOver(fenced);
    return isStop(taken) ? taken : yield* untilResumed();
  }

  function* untilResumed(): Work<Step> {
    for (;;) {
      const heldAt = run.controlRevision;
      run.held = true;
      report();
      yield* until(() => run.resumedRevision > heldAt);
      run.held = false;
      const fenced = yield* write('resume');
      const taken = fenced === null ? 'taken' : takeOver(fenced);
      if (isStop(taken)) return taken;
      if (taken === 'held') continue;
      report();
      return 'again';
    }
  }

  function* write(verb: 'hold' | 'resume'): Work<Fenced | null> {
    const { attempt, controlRevision } = run;
    const known = yield* intend(`${verb}:${controlRevision}`, verb === 'hold' ? 'hold' : 'advance');
    const step = { attempt, controlRevision, ...known };
    const written = yield* activity<Written | Fenced>(region, `${verb}Region`, step);
    if (written.outcome === 'fenced') return written;
    run.generation = written.answer.generation;
    return null;
  }

  function addMissing(hosts: readonly HostId[]): void {
    run.missing = [...new Set([...run.missing, ...hosts])];
  }

  /** region-rollout.ts */
  function* rollOut(): Work<{ readonly stop: string } | null> {
    const begun = yield* begin();
    if (isStop(begun)) return begun;
    for (run.batch = 1; run.batch <= batches.length; run.batch += 1) {
      const stopped = yield* untilGood(run.batch);
      if (stopped !== null) return stopped;
    }
    return input.bakeMs === 0 ? null : yield* untilBaked();
  }

  function* untilGood(batch: number): Work<{ readonly stop: string } | null> {
    for (;;) {
      yield* checkpoint();
      const step = yield* runBatch(batch);
      if (step === 'done') return null;
      if (isStop(step)) return step;
    }
  }

  function* untilBaked(): Work<{ readonly stop: string } | null> {
    for (;;) {
      const step = yield* bake();
      if (step === 'done') return null;
      const again = isStop(step) ? step : yield* untilGood(batches.length);
      if (again !== null) return again;
    }
  }

  function* main(): Work<RolloutResult> {
    const stopped = yield* rollOut();
    const { attempt, generation, missing } = run;
    const outcome = stopped === null ? 'ready' : 'stop';
    return { outcome, reason: stopped?.stop ?? 'ready', attempt, generation, missing };
  }

  return {
    knows: run,
    main: main(),
    on: {
      pauseRegion: ({ controlRevision }: { readonly controlRevision: number }) => {
        run.controlRevision = Math.max(run.controlRevision, controlRevision);
        if (controlRevision >= run.resumedRevision) run.paused = true;
      },
      resumeRegion: ({ controlRevision }: { readonly controlRevision: number }) => {
        if (controlRevision < run.controlRevision) return;
        run.controlRevision = controlRevision;
        run.resumedRevision = controlRevision;
        run.paused = false;
      },
    },
  };
}
