import { countLeft, leftHosts } from '../../domain/goal/left-hosts.ts';
import { judgeUndone } from '../../domain/goal/undone.ts';
import type { Fenced, UndoneRegion, WatchUndoInput } from './contract.ts';
import { hostList } from './host-list.ts';
import { watch } from './watch.ts';
import { fencedBy, refuseOtherRegion } from './write-step.ts';
import type { GoalParts } from './write-step.ts';

/** Until every reachable, unpinned host of the service here runs the base because of this undo. */
export async function watchUndo(parts: GoalParts, input: WatchUndoInput): Promise<UndoneRegion | Fenced> {
  refuseOtherRegion(parts, input);
  return watch(parts.reports, input.service, () => lookAtUndo(parts, input));
}

async function lookAtUndo(
  { store, reports }: GoalParts,
  { service, attempt, generation, absentAfterMs }: WatchUndoInput,
): Promise<UndoneRegion | Fenced | null> {
  const stored = await store.readGoal(service);
  const row = stored?.row ?? null;
  // By deployment and generation: an undo takes a row over whatever the local count is.
  const here = row?.mode === 'undo' && row.attempt.deployment === attempt.deployment && row.generation === generation;
  if (stored === null || row === null || !here)
    return fencedBy(row, 'the goal became another one while its hosts were watched');
  const hosts = await reports.readHosts({ ...row, deployment: attempt.deployment });
  // Hosts report by the time that the goal says: a deployment that never began here may have a shorter one of its own.
  const silentAfterMs = Math.max(absentAfterMs, stored.absentAfterMs);
  const undone = judgeUndone(hosts, { attempt, generation, base: row.base, absentAfterMs: silentAfterMs });
  if (undone.verdict === 'wait') return null;
  const batches = await store.readBatches(service, attempt.deployment);
  const ordered = new Set(batches.flatMap(({ members }) => members.hosts));
  const left = leftHosts(hosts, {
    attempt,
    generation,
    base: row.base,
    next: row.next,
    absentAfterMs: silentAfterMs,
    ordered,
  });
  return {
    outcome: 'undone',
    hosts: undone.onBase.length,
    unreachable: hostList(undone.unreachable),
    pinned: hostList(undone.pinned),
    refusing: hostList(undone.refusing),
    left: countLeft(left),
  };
}
