/** Mirrors workflows/region-undo.ts and workflows/within-deadline.ts. */
import type { Obligation } from '../../../activities/deployment-record/contract.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { Placement } from '../../../domain/goal/goal.ts';
import type { Generation, RegionName } from '../../../domain/names.ts';
import type { Recorded } from '../centre/deployment-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, checkpoint, until } from '../engine/work.ts';
import type { Spawned, Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import type { Undone } from '../region/watches.ts';
import type { Fenced, Written } from '../region/write-step.ts';
import { service } from '../world/names.ts';

export interface UndoInput {
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly next: Placement;
  readonly controlRevision: number;
  readonly knownGeneration: Generation | 0;
  readonly absentAfterMs: number;
  readonly deadlineMs: number;
}

export interface UndoResult {
  readonly outcome: 'undone' | 'pending' | 'superseded';
}

export function regionUndo(input: UndoInput, outside: Outside, decisions: Decisions): Workflow {
  const { region, attempt, next, controlRevision, knownGeneration, absentAfterMs, deadlineMs } = input;
  const { deployment } = attempt;
  const run = { ended: false, attempt, generation: 0 as Generation | 0 };

  function* intend(): Work<Recorded> {
    const intent = { region, deployment, attempt, step: 'undo', mode: 'undo', next, knownGeneration };
    return yield* activity<Recorded>('centre', 'recordIntent', intent);
  }

  function* undo(intended: Spawned<Recorded>): Work<UndoResult> {
    if (knownGeneration === 0) yield* until(() => intended.over);
    const heard = intended.result;
    const known = knownGeneration === 0 ? heard! : { outcomes: [], centreGeneration: knownGeneration };
    const step = { attempt, controlRevision, ...known };
    const written = yield* activity<Written | Fenced>(region, 'undoRegion', step);
    if (written.outcome === 'fenced') return { outcome: 'superseded' };
    run.generation = written.answer.generation;
    return yield* watch();
  }

  /** Follows a generation that was raised after a restore: the undo stands, under another number. */
  function* watch(): Work<UndoResult> {
    for (;;) {
      yield* checkpoint();
      const watched = { attempt: run.attempt, generation: run.generation, absentAfterMs };
      const seen = yield* activity<Undone>(region, 'watchUndo', watched, { isWatch: true });
      if (seen.outcome === 'undone') return { outcome: 'undone' };
      const { attempt: known, generation } = run;
      const following = decisions.followFenced(seen, { attempt: known, generation });
      if (following.follow !== 'undone') return { outcome: 'superseded' };
      run.attempt = following.attempt;
      run.generation = following.generation;
    }
  }

  function* main(): Work<UndoResult> {
    const intended = outside.spawn('intend', intend());
    const undone = outside.spawn('undo', undo(intended));
    yield* until(() => undone.over || run.ended, { what: 'deadline', ms: deadlineMs });
    if (!undone.over) outside.cancel('undo');
    yield* until(() => intended.over);
    if (undone.result !== null) return undone.result;
    const owed: Obligation = {
      service,
      deployment,
      region,
      kind: 'undo',
      attempt,
      generation: knownGeneration,
      controlRevision,
      reason: 'does not answer',
    };
    yield* activity('centre', 'recordObligation', owed);
    return { outcome: 'pending' };
  }

  return { knows: run, main: main(), on: { endRegionUndo: () => void (run.ended = true) } };
}
