import type { RegionName } from '../../domain/names.ts';
import type { Plan, PlannedStage } from '../../domain/plan/plan.ts';
import { now } from '../now.ts';
import type { DeploymentRun, RegionRecord } from './deployment-run.ts';
import { regionOf } from './deployment-run.ts';

/** Takes up the regions of the plan, in the order of its stages. */
export function planRegions(run: DeploymentRun, { stages }: Plan): void {
  for (const [index, stage] of stages.entries()) {
    for (const region of stage.regions) run.regions.set(region, notBegun(run, index, stage, region));
  }
}

/** The same regions, none of them begun: where and in which batches they go now. */
export function replanRegions(run: DeploymentRun, { stages }: Plan): void {
  for (const [index, { regions, batches }] of stages.entries()) {
    for (const region of regions) {
      const at = regionOf(run, region);
      at.stage = index;
      at.progress = { ...at.progress, batches: batches.length };
    }
  }
}

const notBegun = (run: DeploymentRun, index: number, stage: PlannedStage, region: RegionName): RegionRecord => ({
  stage: index,
  progress: {
    region,
    state: 'pending',
    batch: 0,
    batches: stage.batches.length,
    hosts: { total: 0, switched: 0, healthy: 0, failed: 0 },
    reason: null,
  },
  since: now(),
  attempt: { deployment: run.input.deployment, local: 0 },
  generation: 0,
  held: false,
  copied: false,
  touched: false,
  running: false,
  skipped: false,
  owesHold: false,
  ready: false,
  leaving: new Set(),
});
