/** Mirrors activities/recovery/activities.ts and infra/postgres/central/lost-records.ts. What had stopped it isn't modelled. */
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { DeploymentNumber, Generation, HostId, RegionName } from '../../../domain/names.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { DeploymentOutcome } from '../../../domain/states.ts';
import { deploymentId, rolloutId } from '../world/names.ts';
import type { World } from '../world/world.ts';
import { terminate } from '../world/workflows.ts';
import type { DeploymentInput } from '../workflows/deployment-run.ts';
import { deploymentRow, regionOutcomes } from './rows.ts';

export interface LostRecord {
  readonly start: DeploymentInput;
  readonly outcome: DeploymentOutcome | null;
  readonly plan: Plan | null;
  readonly pointOfNoReturn: boolean;
  readonly touched: readonly TouchedRegion[];
  readonly skipped: readonly RegionName[];
}

interface TouchedRegion {
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly generation: Generation | 0;
  /** Nobody knows which of them run the release. */
  readonly hosts: readonly HostId[];
}

/** Closes what still goes forward, then says what the centre knows. */
export function takeOverDeployment(
  world: World,
  { deployment }: { readonly deployment: DeploymentNumber },
): LostRecord {
  const { centre, setting } = world;
  terminate(world, deploymentId(deployment));
  for (const region of setting.regions) terminate(world, rolloutId(deployment, region));
  const { kind, release, fromMerge, outcome, plan, pointOfNoReturn, skipped } = deploymentRow(world, deployment);
  const touched = setting.regions.flatMap((region): TouchedRegion[] => {
    if (!regionOutcomes(world, region).some((one) => one.deployment === deployment)) return [];
    const place = centre.places.get(region);
    const known = place?.intent.attempt;
    const attempt = known?.deployment === deployment ? known : { deployment, local: 0 };
    const generation = Math.max(place?.centreGeneration ?? 0, place?.intent.knownGeneration ?? 0) as Generation | 0;
    return [{ region, attempt, generation, hosts: world.regions.get(region)?.hosts.map(({ id }) => id) ?? [] }];
  });
  return { start: { deployment, kind, release, builds: fromMerge }, outcome, plan, pointOfNoReturn, touched, skipped };
}
