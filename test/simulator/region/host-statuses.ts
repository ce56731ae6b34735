/** Mirrors infra/postgres/region/host-statuses.ts: no host has labels here, so every placement selects all. */
import type { Placement } from '../../../domain/goal/goal.ts';
import type { HostStatus } from '../../../domain/goal/host-status.ts';
import { positionOf } from '../world/names.ts';
import type { Region, Said, World } from '../world/world.ts';

export interface HostsOf {
  readonly deployment: number;
  readonly base: Placement | null;
  readonly next: Placement | null;
}

const nothingSaid: Omit<Said, 'reportedAtMs'> = {
  generation: 0,
  attempt: null,
  running: null,
  health: 'unknown',
  state: 'pending',
  pinned: false,
  refused: [],
};

export function hostStatuses(world: World, region: Region, of: HostsOf): readonly HostStatus[] {
  const { said, snapshots } = region.database;
  const selected = { base: of.base !== null, next: of.next !== null };
  return region.hosts.map(({ id }) => {
    const { reportedAtMs, ...status } = said[id] ?? { ...nothingSaid, reportedAtMs: null };
    return {
      ...status,
      host: id,
      position: positionOf(of.deployment, id),
      reason: null,
      maintenance: false,
      reportAgeMs: reportedAtMs === null ? null : world.nowMs - reportedAtMs,
      selected,
      snapshotted: snapshots.some(({ hosts }) => hosts.includes(id)),
    };
  });
}
