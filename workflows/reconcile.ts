import { patched, workflowInfo } from '@temporalio/workflow';
import type { Obligation, Settlement } from '../activities/deployment-record/contract.ts';
import type { Fenced, Written } from '../activities/goals/contract.ts';
import { followFenced } from '../domain/goal/takeover.ts';
import { settlementOf } from '../domain/obligation/settlement.ts';
import { records } from './activity-options/control.ts';
import { owedFinish, owedSteps, owedWatch } from './activity-options/reconcile.ts';
import { isInfrastructureFault } from './faults.ts';
import type { ReconcileInput, ReconcileResult } from './messages/region.ts';
import { whenUpgraded } from './when-upgraded.ts';

/** The service's own setting may be shorter: a silent host is then waited for a little longer, by the next runs. */
const absentAfterMs = 180_000;

/** So many at once; the others have their turn in the next run, seconds later. */
const mostAtOnce = 20;

/**
 * What a region owes, once it answers again: undoes, holds and finishes of deployments that have ended. A schedule runs
 * it, one at a time a region; where nothing is owed it is one activity, and a region that is still away ends it soon.
 */
export async function reconcile({ region }: ReconcileInput): Promise<ReconcileResult> {
  const runAt = workflowInfo().startTime.toISOString();
  const { obligations, owed } = await records.listObligations({ region, runAt, most: mostAtOnce });
  const tried = await Promise.allSettled(obligations.map(settle));
  // Only now: one that fails for good keeps no other from being settled, and still shows as a run that failed.
  const failed = tried.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
  return { owed, settled: tried.filter((one) => one.status === 'fulfilled' && one.value).length };
}
whenUpgraded('AUTO_UPGRADE', reconcile);

/** True when the region owes this no longer. */
async function settle(owed: Obligation): Promise<boolean> {
  let settlement: Settlement | null;
  try {
    settlement = await apply(owed);
  } catch (error) {
    if (isInfrastructureFault(error)) return false; // away still
    throw error;
  }
  if (settlement === null) return false;
  await records.settleObligation({ ...owed, settlement });
  return true;
}

/** Writes the step that is owed; an undo is over only when the hosts are back. `null` when a person has to act first. */
async function apply(owed: Obligation): Promise<Settlement | null> {
  const { service, region, attempt } = owed;
  const written = await write(owed);
  if (written.outcome === 'fenced') return settledBefore(owed, written);
  if (owed.kind !== 'undo') return 'applied';
  const { generation } = written.answer;
  const watched = { service, region, attempt, generation, absentAfterMs };
  const seen = await owedWatch(region).watchUndo.executeWithOptions({ summary: `hosts of ${region}` }, [watched]);
  return seen.outcome === 'undone' ? 'applied' : settledBefore(owed, seen);
}

async function write(owed: Obligation): Promise<Written | Fenced> {
  const { service, region, deployment, kind, attempt, controlRevision, generation } = owed;
  const step = { hold: `hold:${controlRevision}`, undo: 'undo', finish: 'finish' }[kind];
  const mode = kind === 'finish' ? 'advance' : kind;
  const intent = { service, region, deployment, attempt, step, mode, next: null, knownGeneration: generation } as const;
  const known = await records.recordIntent(intent);
  if (kind === 'finish') return finish(owed);
  const { holdRegion, undoRegion } = owedSteps(region);
  const control = { service, region, attempt, controlRevision, ...known };
  const call = kind === 'undo' ? undoRegion : holdRegion;
  return call.executeWithOptions({ summary: `${kind} ${service} in ${region}, which it owes` }, [control]);
}

/** A finish must match the goal's generation, which a restore may have raised since. */
async function finish({ service, region, attempt, generation }: Obligation): Promise<Written | Fenced> {
  const { finishRegion } = owedFinish(region);
  if (generation === 0) return { outcome: 'fenced', reason: 'the region has not begun', row: null };
  const owed = { service, region, attempt, generation };
  const summary = `finish ${service} in ${region}, which it owes`;
  const call = (step: typeof owed) => finishRegion.executeWithOptions({ summary }, [step]);
  const written = await call(owed);
  if (written.outcome === 'written') return written;
  const following = followFenced(written, { attempt, generation });
  if (following.follow !== 'take over') return written;
  return call({ ...owed, attempt: following.attempt, generation: following.generation });
}

/** How the region went on without this, so that it is owed no longer; a finish that is held there waits for a person: `null`. */
function settledBefore({ kind, attempt, generation }: Obligation, fenced: Fenced): Settlement | null {
  const { follow } = followFenced(fenced, { attempt, generation });
  const settlement = settlementOf(kind, follow);
  // A run of the version before has left this hold to the next run.
  return kind === 'hold' && settlement === 'applied' && !patched('owed-hold-is-held') ? null : settlement;
}
