import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import { bindingOf } from '../../domain/plan/plan.ts';
import { planRefusedText } from '../../domain/progress/plan-refused.ts';
import { releases } from '../activity-options/control.ts';
import type { DeploymentInput } from '../messages/deployment.ts';
import { searchAttribute } from '../search-attributes.ts';
import type { DeploymentRun, Planned } from './deployment-run.ts';
import { askedBy, nameOf } from './deployment-run.ts';
import { planRegions } from './planned-regions.ts';
import { record } from './record.ts';
import { failed } from './stop.ts';

/** Computes what will be done before anything is; from here approvals can be bound to it. */
export async function plan(run: DeploymentRun): Promise<Stop | null> {
  const planned = await makePlan(run);
  if (typeof planned === 'string') return failed(planRefusedText(planned));
  const { regions } = planned.binding;
  run.planned = planned;
  planRegions(run, planned.plan);
  upsertSearchAttributes([{ key: searchAttribute.region, value: [...regions] }]);
  record(run, { event: 'planned', message: `${nameOf(run)} goes to ${regions.join(', ')}` });
  return null;
}

/** A plan as it is made now, or why there is none. */
export async function makePlan(run: DeploymentRun): Promise<Planned | string> {
  const { service, deployment, release, kind, source } = run.input;
  const asked = { service, deployment, release, kind, askedBy: askedBy(run), ...limitsOf(source) };
  const planned = await releases.planDeployment(asked);
  if (planned.outcome === 'refused') return planned.reason;
  const { plan: made, planDigest, excluded, previousRelease = null, ownChecks = null } = planned;
  return { plan: made, planDigest, binding: bindingOf(made, planDigest), excluded, previousRelease, ownChecks };
}

/** What a person asked for beside the release. */
const limitsOf = (source: DeploymentInput['source']) =>
  source.from === 'merge'
    ? {}
    : { ...(source.regions && { only: source.regions }), ...(source.further && { further: true }) };
