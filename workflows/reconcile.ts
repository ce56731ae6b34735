import type { Obligation } from '../activities/deployment-record/contract.ts';
import type { Fenced, Written } from '../activities/goals/contract.ts';
import { followFenced } from '../domain/goal/takeover.ts';
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
  const { obligations } = await records.listObligations({ region });
  const settled = await Promise.all(obligations.slice(0, mostAtOnce).map(settle));
  return { owed: obligations.length, settled: settled.filter(Boolean).length };
}
whenUpgraded('AUTO_UPGRADE', reconcile);

/** True when the region owes this no longer. */
async function settle(owed: Obligation): Promise<boolean> {
  try {
    if (!(await applied(owed))) return false;
  } catch (error) {
    if (isInfrastructureFault(error)) return false; // away still
    throw error;
  }
  await records.settleObligation(owed);
  return true;
}

/** Writes the step that is owed; an undo is over only when the hosts are back. False when a person has to act first. */
async function applied(owed: Obligation): Promise<boolean> {
  const { service, region, attempt } = owed;
  const written = await write(owed);
  if (written.outcome === 'fenced') return isOvertaken(owed, written);
  if (owed.kind !== 'undo') return true;
  const { generation } = written.answer;
  const watched = { service, region, attempt, generation, absentAfterMs };
  const seen = await owedWatch(region).watchUndo(watched);
  return seen.outcome === 'undone' || isOvertaken(owed, seen);
}

async function write(owed: Obligation): Promise<Written | Fenced> {
  const { service, region, deployment, kind, attempt, controlRevision, generation } = owed;
  const step = { hold: `hold:${controlRevision}`, undo: 'undo', finish: 'finish' }[kind];
  const mode = kind === 'finish' ? 'advance' : kind;
  const intent = { service, region, deployment, attempt, step, mode, next: null, knownGeneration: generation } as const;
  const known = await records.recordIntent.executeWithOptions({ summary: `${service}: ${step}` }, [intent]);
  if (kind === 'finish') return finish(owed);
  const { holdRegion, undoRegion } = owedSteps(region);
  const control = { service, region, attempt, controlRevision, ...known };
  return kind === 'undo' ? undoRegion(control) : holdRegion(control);
}

/** A finish must match the goal's generation, which a restore may have raised since. */
async function finish({ service, region, attempt, generation }: Obligation): Promise<Written | Fenced> {
  const { finishRegion } = owedFinish(region);
  if (generation === 0) return { outcome: 'fenced', reason: 'the region has not begun', row: null };
  const written = await finishRegion({ service, region, attempt, generation });
  if (written.outcome === 'written') return written;
  const following = followFenced(written, { attempt, generation });
  if (following.follow !== 'take over') return written;
  return finishRegion({ service, region, attempt: following.attempt, generation: following.generation });
}

/** Whether the region went on without this, so that it is owed no longer; a region that is held there waits for a person. */
function isOvertaken({ attempt, generation }: Obligation, fenced: Fenced): boolean {
  const { follow } = followFenced(fenced, { attempt, generation });
  return follow === 'give up' || follow === 'undone';
}
