import { byBatchOrder, mostCanaries } from '../../domain/goal/batch-order.ts';
import type { BeginStep, Placement, SnapshotRef } from '../../domain/goal/goal.ts';
import { snapshotText } from '../../domain/goal/snapshot.ts';
import type { SnapshotHost } from '../../domain/goal/snapshot.ts';
import type { HostId } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import { positionOf } from '../../protocol/position.ts';
import type { BeginRegionInput, GoalActivities } from './contract.ts';
import type { GoalTransaction } from './goal-store.ts';
import { readAdmission } from './read-admission.ts';
import { answered, decide, refuseOtherRegion, writeStep } from './write-step.ts';
import type { GoalParts } from './write-step.ts';

/** Opens the deployment here: who its hosts are is fixed, and none of them may run `next` yet. */
export async function beginRegion(
  parts: GoalParts,
  input: BeginRegionInput,
): ReturnType<GoalActivities['beginRegion']> {
  refuseOtherRegion(parts, input);
  const admission = readAdmission(input.admission, { ...input, release: input.next.release.digest });
  const { centreGeneration, absentAfterMs } = input;
  const result = answered(
    await parts.store.transact(input.service, async (transaction) => {
      // Which hosts are meant depends on the base that the row comes to: asked first, with no host.
      const asked = decide(parts, transaction, beginStep(input, snapshotRef([]), []), { centreGeneration });
      if (asked.outcome !== 'written') return asked;
      const hosts = await takeSnapshot(transaction, input, [asked.row.base, asked.row.next]);
      const step = beginStep(input, snapshotRef(hosts), await chooseCanaries(transaction, input));
      return writeStep(parts, transaction, step, { centreGeneration, admission, absentAfterMs });
    }),
  );
  return result.outcome === 'written' ? { ...result, hosts: result.answer.snapshot?.hosts ?? 0 } : result;
}

/** Switched first, before the order of the deployment; of too many those that it would reach first. */
async function chooseCanaries(
  transaction: GoalTransaction,
  { service, attempt: { deployment }, next }: BeginRegionInput,
): Promise<readonly HostId[]> {
  const found = await transaction.findCanaries(next.selector);
  const placed = found.map((host) => ({ host, position: positionOf(service, deployment, host) }));
  return placed
    .toSorted(byBatchOrder({ cut: null, canaries: [] }, []))
    .slice(0, mostCanaries)
    .map(({ host }) => host);
}

const beginStep = (
  { attempt, next, outcomes }: BeginRegionInput,
  snapshot: SnapshotRef,
  canaries: readonly HostId[],
): BeginStep => ({
  kind: 'begin',
  id: 'begin',
  attempt,
  outcomes,
  next,
  canaries,
  snapshot,
});

async function takeSnapshot(
  transaction: GoalTransaction,
  { service, attempt: { deployment } }: BeginRegionInput,
  placements: readonly (Placement | null)[],
): Promise<readonly SnapshotHost[]> {
  const found = await transaction.findHosts(
    placements.flatMap((placement) => (placement === null ? [] : [placement.selector])),
  );
  const hosts = found.map((host) => ({ host, position: positionOf(service, deployment, host) }));
  await transaction.storeSnapshot(deployment, hosts);
  return hosts;
}

const snapshotRef = (hosts: readonly SnapshotHost[]): SnapshotRef => ({
  digest: digestOf(snapshotText(hosts)),
  hosts: hosts.length,
});
