/** Mirrors workflows/deployment: ended.ts, owe.ts, finish.ts, leave-held.ts, undo.ts. */
import type { Obligation } from '../../../activities/deployment-record/contract.ts';
import type { Stop } from '../../../domain/deployment/ending.ts';
import type { GoalMode, RecordedOutcome } from '../../../domain/goal/goal.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { FinishInput, Recorded } from '../centre/deployment-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, allOver, checkpoint, until } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside } from '../engine/workflow.ts';
import type { Fenced, Written } from '../region/write-step.ts';
import { service, undoId } from '../world/names.ts';
import { planOf, recordOf, touchedRegions } from './deployment-run.ts';
import type { DeploymentRun } from './deployment-run.ts';
import type { UndoInput, UndoResult } from './region-undo.ts';

export interface Ended {
  readonly outcome: DeploymentOutcome;
  readonly by: string;
  readonly reason: string;
  readonly regions: FinishInput['regions'];
  readonly pending: readonly RegionName[];
}

type RegionEnd = 'done' | 'pending';

export function endsOf(run: DeploymentRun, outside: Outside, decisions: Decisions) {
  const { deployment } = run.input;

  /** The newest stage is begun first, none waits for another. */
  function* inTouchedRegions(act: (region: RegionName) => Work<RegionEnd>): Work<readonly RegionName[]> {
    const newestFirst = touchedRegions(run).toSorted((a, b) => b.stage - a.stage);
    const ends = yield* allOver(newestFirst.map(({ region }) => outside.spawn(`end ${region}`, act(region))));
    return newestFirst.filter((_, at) => ends[at] === 'pending').map(({ region }) => region);
  }

  const outcomesOf = (outcome: RecordedOutcome['outcome']): FinishInput['regions'] =>
    touchedRegions(run).map(({ region, missing }) => ({ region, outcome, missing }));

  /** owe.ts */
  function intend(region: RegionName, step: string, mode: GoalMode): Work<Recorded> {
    const { attempt, generation } = recordOf(run, region);
    const next = planOf(run).release;
    const intent = { region, deployment, attempt, step, mode, next, knownGeneration: generation };
    return activity('centre', 'recordIntent', intent);
  }

  function* owe(region: RegionName, kind: Obligation['kind']): Work<RegionEnd> {
    const { attempt, generation } = recordOf(run, region);
    const { controlRevision } = run;
    const about = { service, deployment, region, kind, attempt, generation, controlRevision };
    yield* activity('centre', 'recordObligation', { ...about, reason: 'does not answer' });
    return 'pending';
  }

  /** within-deadline.ts: `null` when it took too long. */
  function* withinDeadline<T>(region: RegionName, work: Work<T>): Work<T | null> {
    const name = `end ${region} step`;
    const done = outside.spawn(name, work);
    yield* until(() => done.over, { what: `deadline ${region}`, ms: planOf(run).undoDeadlineMs });
    if (!done.over) outside.cancel(name);
    return done.over ? done.result : null;
  }

  /** finish.ts: which regions were skipped is recorded before. */
  function* finish(): Work<Ended> {
    run.finishing = true;
    const skipped = run.regions.filter((at) => at.skipped).map(({ region }) => region);
    yield* activity('centre', 'recordPointOfNoReturn', { deployment, skipped });
    const unfinished = yield* inTouchedRegions(finishUnlessSkipped);
    run.othersFinished = true;
    yield* until(() => run.staying === 0);
    const pending = [...unfinished, ...skipped.filter((region) => recordOf(run, region).owesHold)];
    const regions = outcomesOf('succeeded').map((ended) =>
      skipped.includes(ended.region) ? { ...ended, outcome: 'skipped' as const } : ended,
    );
    return { outcome: 'succeeded', by: 'slipway', reason: 'live', regions, pending };
  }

  function* finishUnlessSkipped(region: RegionName): Work<RegionEnd> {
    return recordOf(run, region).skipped ? 'done' : yield* finishRegion(region);
  }

  /** skip-region.ts */
  function stay(region: RegionName): void {
    outside.spawn(`stay ${region}`, tellToStay(region));
  }

  /** None of its hosts may switch any more; when the deployment stops, that tells the region more. */
  function* tellToStay(region: RegionName): Work<void> {
    run.staying += 1;
    const name = `hold skipped ${region}`;
    const told = outside.spawn(name, writeHold(region));
    const isEnough = (): boolean => told.over || run.stop !== null || run.othersFinished;
    yield* until(isEnough, { what: name, ms: planOf(run).undoDeadlineMs });
    if (!told.over) outside.cancel(name);
    if (told.result !== 'held' && run.stop === null) {
      yield* owe(region, 'hold');
      recordOf(run, region).owesHold = true;
    }
    run.staying -= 1;
  }

  function* finishRegion(region: RegionName): Work<RegionEnd> {
    const finished = yield* withinDeadline(region, writeFinish(region));
    return finished === true ? 'done' : yield* owe(region, 'finish');
  }

  function* writeFinish(region: RegionName): Work<boolean> {
    const at = recordOf(run, region);
    for (;;) {
      yield* checkpoint();
      yield* intend(region, 'finish', 'advance');
      const { attempt, generation } = at;
      const written = yield* activity<Written | Fenced>(region, 'finishRegion', { attempt, generation });
      if (written.outcome === 'written') {
        at.generation = written.answer.generation;
        return true;
      }
      const following = decisions.followFenced(written, at);
      if (following.follow !== 'take over') return false;
      Object.assign(at, { attempt: following.attempt, generation: following.generation });
    }
  }

  /** leave-held.ts */
  function* leaveHeld(stop: Stop): Work<Ended> {
    const pending = yield* inTouchedRegions(holdRegion);
    return { outcome: 'cancelled', by: stop.by, reason: stop.reason, regions: outcomesOf('held'), pending };
  }

  function* holdRegion(region: RegionName): Work<RegionEnd> {
    const held = yield* withinDeadline(region, writeHold(region));
    return held === null ? yield* owe(region, 'hold') : 'done';
  }

  function* writeHold(region: RegionName): Work<'held' | 'not held'> {
    const { controlRevision } = run;
    const at = recordOf(run, region);
    for (;;) {
      const known = yield* intend(region, `hold:${controlRevision}`, 'hold');
      const step = { attempt: at.attempt, controlRevision, ...known };
      const written = yield* activity<Written | Fenced>(region, 'holdRegion', step);
      if (written.outcome === 'written') {
        at.generation = written.answer.generation;
        return 'held';
      }
      const following = decisions.followFenced(written, at);
      if (following.follow === 'held') return 'held';
      if (following.follow !== 'take over') return 'not held';
      Object.assign(at, { attempt: following.attempt, generation: following.generation });
    }
  }

  /** undo.ts */
  function* undo(stop: Stop): Work<Ended> {
    const pending = yield* inTouchedRegions(undoRegion);
    return { outcome: 'undone', by: stop.by, reason: stop.reason, regions: outcomesOf('undone'), pending };
  }

  function* undoRegion(region: RegionName): Work<RegionEnd> {
    const id = undoId(deployment, region);
    outside.startChild(id, 'regionUndo', undoInput(region), 'abandon');
    yield* until(() => run.ended[id] !== undefined);
    const ended = run.ended[id];
    const { outcome } = ended === 'already started' ? yield* begunBefore(id) : (ended as UndoResult);
    if (outcome === 'lost') return yield* owe(region, 'undo');
    return outcome === 'pending' ? 'pending' : 'done';
  }

  /** One that runs already survived an earlier run of this deployment, and is followed. */
  const begunBefore = (id: string): Work<{ readonly outcome: UndoResult['outcome'] | 'lost' }> =>
    activity('centre', 'followRegionUndo', { id }, { isWatch: true });

  function undoInput(region: RegionName): UndoInput {
    const { release, absentAfterMs, undoDeadlineMs } = planOf(run);
    const { attempt, generation } = recordOf(run, region);
    const { controlRevision } = run;
    const about = { region, attempt, next: release, controlRevision, knownGeneration: generation };
    return { ...about, absentAfterMs, deadlineMs: undoDeadlineMs };
  }

  return { finish, leaveHeld, undo, stay };
}
