/** What recovery reads of a deployment whose workflow is gone (docs/goal-protocol.md §8). */
import type { Placement } from '../../../domain/goal/goal.ts';
import type { LostDeployment } from '../../../domain/goal/recovery.ts';
import { plannedRegions } from '../../../domain/plan/plan.ts';
import type { DeploymentNumber, Generation, HostId, RegionName } from '../../../domain/names.ts';
import type { World } from '../world/world.ts';
import { deploymentRow } from './rows.ts';

export interface LostRecord extends LostDeployment {
  readonly next: Placement | null;
  readonly generations: Readonly<Record<RegionName, Generation | 0>>;
  /** Nobody knows which of them run the release. */
  readonly hosts: Readonly<Record<RegionName, readonly HostId[]>>;
  readonly absentAfterMs: number;
  readonly deadlineMs: number;
}

/** Every region of the plan, heard of or not. */
export function readLostDeployment(
  world: World,
  { deployment }: { readonly deployment: DeploymentNumber },
): LostRecord {
  const { centre, setting } = world;
  const { plan, pointOfNoReturn } = deploymentRow(world, deployment);
  const regions = plan === null ? [] : plannedRegions(plan);
  const of = <T>(value: (region: RegionName) => T): Record<RegionName, T> =>
    Object.fromEntries(regions.map((region) => [region, value(region)])) as Record<RegionName, T>;
  return {
    attempt: { deployment, local: 0 },
    regions,
    pointOfNoReturn,
    rollbackAutomatically: setting.spec.rollback.automatic,
    controlRevision: 1_000,
    next: plan?.release ?? null,
    generations: of((region) => {
      const place = centre.places.get(region);
      return place?.writtenDeployment === deployment ? place.centreGeneration : 0;
    }),
    hosts: of((region) => world.regions.get(region)?.hosts.map(({ id }) => id) ?? []),
    absentAfterMs: setting.spec.rollout.absentAfterMs,
    deadlineMs: setting.spec.rollout.undoDeadlineMs,
  };
}
