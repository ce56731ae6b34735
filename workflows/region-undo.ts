import { CancellationScope, log, setCurrentDetails } from '@temporalio/workflow';
import type { RecordedIntent } from '../activities/deployment-record/contract.ts';
import type { Fenced, HostList, UndoneRegion } from '../activities/goals/contract.ts';
import { endRegionUndoMistake } from '../domain/deployment/region-message-shape.ts';
import { leftInAll } from '../domain/goal/left-counts.ts';
import { followFenced } from '../domain/goal/takeover.ts';
import type { Generation } from '../domain/names.ts';
import { regionUndoDetails } from '../domain/progress/details.ts';
import { records } from './activity-options/control.ts';
import { urgentSteps, urgentWatches } from './activity-options/region-urgent.ts';
import { faultReason } from './faults.ts';
import { ifWellMade, refusedSignalText } from './if-well-made.ts';
import type { RegionUndoInput, RegionUndoResult } from './messages/region.ts';
import { endRegionUndoSignal } from './messages/region.ts';
import { onSignal } from './on-signal.ts';
import { withinDeadline } from './within-deadline.ts';
import { whenUpgraded } from './when-upgraded.ts';

/**
 * Brings one region back to its base. Nothing cancels it, and it outlives its deployment; a region that can't be reached
 * in time owes the undo, and reconcile applies it when the region is back.
 */
export async function regionUndo(input: RegionUndoInput): Promise<RegionUndoResult> {
  let ended: string | null = null;
  const end = ({ reason }: { readonly reason: string }): void => void (ended ??= reason);
  const refuse = (mistake: string): void => {
    log.warn('a signal was not understood', { signal: 'endRegionUndo', mistake });
    show(input, refusedSignalText('endRegionUndo', mistake));
  };
  onSignal(endRegionUndoSignal, ifWellMade(endRegionUndoMistake, end, refuse));
  const deadline = { ms: input.deadlineMs, summary: `undo of ${input.region}`, enough: () => ended !== null };
  return CancellationScope.nonCancellable(async () => {
    show(input, `${input.region} is told to go back`);
    const intended = intend(input);
    intended.catch(() => undefined); // heard below, or where the answer is needed
    const undone = await withinDeadline(deadline, () => undo(input, intended)).catch(faultReason);
    await intended.catch((error: unknown) => log.error('an undo was not written down', { why: faultReason(error) }));
    if (typeof undone === 'object') {
      show(input, endText(input, undone));
      return undone;
    }
    return owe(input, undone === 'too late' ? (ended ?? 'does not answer') : undone);
  });
}
whenUpgraded('PINNED', regionUndo);

const show = ({ service }: RegionUndoInput, message: string): void =>
  setCurrentDetails(regionUndoDetails(service, message));

function endText({ region }: RegionUndoInput, { outcome, reason }: RegionUndoResult): string {
  const what = outcome === 'undone' ? `${region} is undone` : `${region} went on without this undo`;
  return reason === null ? what : `${what}: ${reason}`;
}

/** The centre writes down what the region hears, for the day on which the region's database has to be restored. */
function intend({ service, region, attempt, next, knownGeneration }: RegionUndoInput): Promise<RecordedIntent> {
  const { deployment } = attempt;
  return records.recordIntent({
    service,
    deployment,
    region,
    attempt,
    step: 'undo',
    mode: 'undo',
    next,
    knownGeneration,
  });
}

/**
 * What the undo has to bring along. A region that has answered this deployment knows its own base, and is not kept waiting
 * for a central database that is away. One that may never have heard of it has no host that has switched, and needs the
 * recorded outcomes: its base may be the release of a success that it hasn't heard of either (docs/goal-protocol.md §3).
 */
const knowledgeFor = async (
  { knownGeneration }: RegionUndoInput,
  intended: Promise<RecordedIntent>,
): Promise<RecordedIntent> => (knownGeneration === 0 ? intended : { outcomes: [], centreGeneration: knownGeneration });

async function undo(input: RegionUndoInput, intended: Promise<RecordedIntent>): Promise<RegionUndoResult> {
  const { service, region, attempt, controlRevision } = input;
  const known = await knowledgeFor(input, intended);
  const step = { service, region, attempt, controlRevision, ...known };
  const written = await urgentSteps(region).undoRegion.executeWithOptions({ summary: `undo ${region}` }, [step]);
  if (written.outcome === 'fenced') return { outcome: 'superseded', reason: written.reason };
  show(input, `${region} was told; waits until its hosts are back`);
  return watch(input, written.answer.generation);
}

/** Follows a generation that was raised after a restore: the undo stands, under another number. */
async function watch(input: RegionUndoInput, first: Generation): Promise<RegionUndoResult> {
  const { service, region, absentAfterMs, deadlineMs } = input;
  let { attempt } = input;
  let generation = first;
  for (;;) {
    const { watchUndo } = urgentWatches(region, deadlineMs);
    const watched = { service, region, attempt, generation, absentAfterMs };
    const seen: UndoneRegion | Fenced = await watchUndo.executeWithOptions({ summary: `hosts of ${region}` }, [
      watched,
    ]);
    if (seen.outcome === 'undone') return { outcome: 'undone', reason: whoIsMissing(seen), ...leftOf(seen) };
    const following = followFenced(seen, { attempt, generation });
    if (following.follow !== 'undone') return { outcome: 'superseded', reason: seen.reason };
    ({ attempt, generation } = following);
  }
}

const leftOf = ({ left }: UndoneRegion): Pick<RegionUndoResult, 'left'> =>
  left === undefined || leftInAll(left) === 0 ? {} : { left };

/** Those who are not back, by name; `null` when all are. */
function whoIsMissing({ unreachable, pinned, refusing }: UndoneRegion): string | null {
  const lists = [named('unreachable', unreachable), named('pinned', pinned), named('refusing', refusing)];
  const missing = lists.filter((list) => list !== null);
  return missing.length === 0 ? null : missing.join('; ');
}

function named(what: string, { count, hosts }: HostList): string | null {
  if (count === 0) return null;
  const more = count > hosts.length ? ` and ${count - hosts.length} more` : '';
  return `${what}: ${hosts.join(', ')}${more}`;
}

async function owe(input: RegionUndoInput, reason: string): Promise<RegionUndoResult> {
  const { service, region, attempt, controlRevision, knownGeneration } = input;
  const { deployment } = attempt;
  const obligation = { service, deployment, region, attempt, generation: knownGeneration, controlRevision, reason };
  await records.recordObligation({ ...obligation, kind: 'undo' });
  show(input, `${region} owes it: ${reason}; it is asked again when it is back`);
  return { outcome: 'pending', reason };
}
