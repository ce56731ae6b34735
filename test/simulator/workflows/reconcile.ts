/** Mirrors workflows/reconcile.ts: one run of the schedule. */
import type { Obligation, Settlement } from '../../../activities/deployment-record/contract.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { Recorded } from '../centre/deployment-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, allOver, Fault } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import type { Undone } from '../region/watches.ts';
import type { Fenced, Written } from '../region/write-step.ts';

const absentAfterMs = 180_000;

export function reconcile(
  { region }: { readonly region: RegionName },
  outside: Outside,
  decisions: Decisions,
): Workflow {
  function* settle(owed: Obligation): Work<void> {
    let settlement: Settlement | null;
    try {
      settlement = yield* apply(owed);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return;
    }
    if (settlement !== null) yield* activity('centre', 'settleObligation', { ...owed, settlement });
  }

  function* apply(owed: Obligation): Work<Settlement | null> {
    const written = yield* write(owed);
    if (written.outcome === 'fenced') return settledBefore(owed, written);
    if (owed.kind !== 'undo') return 'applied';
    const watched = { attempt: owed.attempt, generation: written.answer.generation, absentAfterMs };
    const seen = yield* activity<Undone>(region, 'watchUndo', watched, { isWatch: true, givesUp: true });
    return seen.outcome === 'undone' ? 'applied' : settledBefore(owed, seen);
  }

  function* write(owed: Obligation): Work<Written | Fenced> {
    const { deployment, kind, attempt, controlRevision, generation } = owed;
    const step = { hold: `hold:${controlRevision}`, undo: 'undo', finish: 'finish' }[kind];
    const mode = kind === 'finish' ? 'advance' : kind;
    const intent = { region, deployment, attempt, step, mode, next: null, knownGeneration: generation };
    const known = yield* activity<Recorded>('centre', 'recordIntent', intent);
    if (kind === 'finish') return yield* finish(owed);
    const control = { attempt, controlRevision, ...known };
    const name = kind === 'undo' ? 'undoRegion' : 'holdRegion';
    return yield* activity<Written | Fenced>(region, name, control, { givesUp: true });
  }

  function* finish({ attempt, generation }: Obligation): Work<Written | Fenced> {
    if (generation === 0) return { outcome: 'fenced', reason: 'the region has not begun', row: null };
    const call = (step: object): Work<Written | Fenced> =>
      activity<Written | Fenced>(region, 'finishRegion', step, { givesUp: true });
    const written = yield* call({ attempt, generation });
    if (written.outcome === 'written') return written;
    const following = decisions.followFenced(written, { attempt, generation });
    if (following.follow !== 'take over') return written;
    return yield* call({ attempt: following.attempt, generation: following.generation });
  }

  const settledBefore = ({ kind, attempt, generation }: Obligation, fenced: Fenced): Settlement | null =>
    decisions.settlementOf(kind, decisions.followFenced(fenced, { attempt, generation }).follow);

  function* main(): Work<void> {
    const obligations = yield* activity<readonly Obligation[]>('centre', 'listObligations', { region });
    yield* allOver(obligations.map((owed) => outside.spawn(`settle ${owed.deployment} ${owed.kind}`, settle(owed))));
  }

  return { knows: {}, main: main(), on: {} };
}
