import type { Stop } from '../../domain/deployment/ending.ts';
import type { RegionName } from '../../domain/names.ts';
import type { PlannedStage } from '../../domain/plan/plan.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf } from './deployment-run.ts';
import { watchStage } from './metrics.ts';
import { withRegionHooks } from './hooks.ts';
import { enter } from './record.ts';
import { rollOutRegion } from './ready-region.ts';
import { unlessSkipped } from './skip-region.ts';
import { untilStageMayBegin } from './stage-approval.ts';

/** Stage after stage; the regions of one go together. */
export async function rollOut(run: DeploymentRun): Promise<Stop | null> {
  for (const stage of plannedOf(run).plan.stages) {
    const stopped = await rollOutStage(run, stage);
    if (stopped !== null) return stopped;
  }
  return null;
}

async function rollOutStage(run: DeploymentRun, stage: PlannedStage): Promise<Stop | null> {
  const left = (): readonly RegionName[] => stage.regions.filter((region) => !regionOf(run, region).skipped);
  if (left().length === 0) return null;
  const missing = await untilStageMayBegin(run, stage);
  if (missing !== null) return missing;
  if (left().length === 0) return null;
  run.stage = stage.name;
  enter(run, 'rolling', { event: 'stage-started', message: `${stage.name}: ${left().join(', ')}` });
  const regions = left().map((region) =>
    unlessSkipped(run, region, () => withRegionHooks(run, region, () => rollOutRegion(run, region))),
  );
  return firstStop([...regions, watchStage(run, stage)]);
}

/** Answers as soon as one region, or what is measured, is bad; `null` when all are good. */
function firstStop(parts: readonly Promise<Stop | null>[]): Promise<Stop | null> {
  const bad = parts.map((part) => part.then((stop) => stop ?? new Promise<never>(() => undefined)));
  return Promise.race([Promise.all(parts).then((all) => all.find((stop) => stop !== null) ?? null), ...bad]);
}
