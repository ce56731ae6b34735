import { callInsistently } from '../../cli/insistent-call.ts';
import { regionName } from '../../domain/names.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { fleetWorkflowId } from '../../workflows/messages/fleet.ts';
import { laneWorkflowId } from '../../workflows/messages/lane.ts';
import { regionRolloutWorkflowId } from '../../workflows/messages/region.ts';
import type { DeploymentRow } from '../../infra/postgres/central/entities/deployment.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import { lockReason, type Arrived } from './arrivals.ts';
import { nameOf, type MeddlingCase } from './cases.ts';
import { atRest, endedDeployment, type EndedCase } from './ended-case.ts';
import { judge } from './judge.ts';
import { untilLaneIsBack } from './lane-back.ts';
import { readDeployment, untilOutcome } from './rows.ts';
import { auditPosition, lockOf, toldSince } from './told.ts';
import { currentRelease, merge, type Track } from './track.ts';
import { meddle } from './web-ui.ts';

/**
 * Brings the service to the point, meddles, and lets it go; then waits for the ends, looks at hosts and workflows, and merges
 * what comes next. `key` is the case's own. @throws Error when something does not come in time
 */
export async function runCase(track: Track, key: string, given: MeddlingCase): Promise<EndedCase> {
  const { point } = given;
  const position = await auditPosition(track);
  const base = await currentRelease(track);
  const arrived = await point.arrive(track, key);
  const { faults: keptLock, meddledAt } = await disturb(track, given, arrived);
  const refs = [arrived.active, arrived.queued].filter((ref) => ref !== null);
  const waits = new Set<string>();
  const rows: DeploymentRow[] = [];
  for (const ref of refs) rows.push(await untilOutcome(track, ref, ({ waiting }) => waiting && waits.add(waiting)));
  const expected = rows.findLast(({ outcome }) => outcome === 'succeeded')?.release ?? base;
  const rest = await atRest(track, refs, expected);
  const lock = await lockOf(track);
  const next = await mergeNext(track, `${key}, what comes next`);
  const after = await atRest(track, [next.ref], next.row.release);
  const ended: Omit<EndedCase, 'faults'> = {
    case: nameOf(given),
    deployments: rows.map(endedDeployment),
    expected,
    hosts: rest.hosts,
    lock,
    next: endedDeployment(next.row),
    hostsAfterNext: after.hosts,
    told: await toldSince(track, position),
    waits: [...waits],
    endedMs: arrived.active === null ? null : rows[0]!.endedAt!.getTime() - meddledAt,
  };
  return { ...ended, faults: [...keptLock, ...rest.faults, ...after.faults, ...judge(given, ended)] };
}

/** Meddles, and lets the service go. A lane has to be back before that, as it was. */
async function disturb(track: Track, { target, meddling, point }: MeddlingCase, arrived: Arrived) {
  const faults: string[] = [];
  const meddledAt = Date.now();
  try {
    const run = await meddle(track.stack, workflowOf(track, target, arrived.active), meddling);
    if (target === 'lane') await untilLaneIsBack(track, arrived, run);
    if (point.name === 'locked') faults.push(...(await lockFaults(track, arrived.queued)));
  } finally {
    await arrived.letGo();
  }
  return { faults, meddledAt };
}

function workflowOf({ stack, service }: Track, target: MeddlingCase['target'], active: DeploymentRef | null): string {
  if (target === 'fleet') return fleetWorkflowId;
  if (target === 'lane') return laneWorkflowId(service);
  if (active === null) throw new Error(`nothing of ${service} is active`);
  const { deployment } = active;
  if (target === 'deployment') return deploymentWorkflowId(service, deployment);
  return regionRolloutWorkflowId(service, deployment, regionName(stack.shape.regions.at(-1)!));
}

async function lockFaults(track: Track, queued: DeploymentRef | null): Promise<string[]> {
  const lock = await lockOf(track);
  const began = queued !== null && (await readDeployment(track, queued)).startedAt;
  return [
    ...(lock === lockReason ? [] : [`the lock is ${lock ?? 'gone'}`]),
    ...(began ? ['what waits behind the lock has begun'] : []),
  ];
}

/** A release that nothing holds up; where an undo has locked the lane, a person opens it. */
async function mergeNext(track: Track, subject: string) {
  const { stack, service } = track;
  const unlocks = { path: { service }, body: { reason: 'looked at what was undone' } };
  if ((await lockOf(track)) !== null) await callInsistently(stack.releaseOwner, 'unlock', unlocks);
  const ref = await merge(track, subject, {});
  return { ref, row: await untilOutcome(track, ref) };
}
