import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { RegionName } from '../../domain/names.ts';
import { bindingOf } from '../../domain/plan/plan.ts';
import type { PlannedStage } from '../../domain/plan/plan.ts';
import { releases } from '../activity-options/control.ts';
import { now } from '../now.ts';
import { searchAttribute } from '../search-attributes.ts';
import type { DeploymentRun, RegionRecord } from './deployment-run.ts';
import { askedBy, nameOf } from './deployment-run.ts';
import { record } from './record.ts';
import { failed } from './stop.ts';

/** Computes what will be done before anything is; from here approvals can be bound to it. */
export async function plan(run: DeploymentRun): Promise<Stop | null> {
  const { service, deployment, release, kind } = run.input;
  const planned = await releases.planDeployment({ service, deployment, release, kind, askedBy: askedBy(run) });
  if (planned.outcome === 'refused') return failed(`plan: ${planned.reason}`);
  const { plan: made, planDigest, excluded } = planned;
  const binding = bindingOf(made, planDigest);
  const { regions } = binding;
  run.planned = { plan: made, planDigest, binding, excluded };
  for (const [index, stage] of made.stages.entries()) {
    for (const region of stage.regions) run.regions.set(region, notBegun(run, index, stage, region));
  }
  upsertSearchAttributes([{ key: searchAttribute.region, value: [...regions] }]);
  record(run, { event: 'planned', message: `${nameOf(run)} goes to ${regions.join(', ')}` });
  return null;
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
});
