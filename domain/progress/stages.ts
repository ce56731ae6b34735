import type { RegionName } from '../names.ts';
import type { ServiceSpec } from '../spec/service-spec.ts';
import type { DeploymentKind } from '../states.ts';
import type { RegionProgress } from './region-progress.ts';

export interface ShownStage {
  readonly name: string;
  readonly regions: readonly RegionName[];
}

/** A region of a deployment, with the stage that it belongs to; `null` before the plan exists. */
export interface StagedRegion extends RegionProgress {
  readonly stage: string | null;
}

/** The stages of a deployment in their order, as `domain/plan` makes them; none while the release has no spec. */
export function stagesOf(
  kind: DeploymentKind,
  spec: Pick<ServiceSpec, 'rollout'> | null,
  regions: readonly RegionProgress[],
): readonly ShownStage[] {
  if (kind === 'rollback') return [{ name: 'rollback', regions: regions.map(({ region }) => region) }];
  return spec?.rollout.stages.map(({ name, regions: inStage }) => ({ name, regions: inStage })) ?? [];
}

export const staged = (regions: readonly RegionProgress[], stages: readonly ShownStage[]): readonly StagedRegion[] =>
  regions.map((progress) => ({
    ...progress,
    stage: stages.find((stage) => stage.regions.includes(progress.region))?.name ?? null,
  }));
