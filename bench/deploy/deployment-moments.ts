import type { PlanDeploymentResult } from '../../activities/release/contract.ts';
import type { PlannedStage } from '../../domain/plan/plan.ts';
import { activitiesOf, activityNamed, type ActivityTimes } from '../history/activities.ts';
import type { HistoryEvent } from '../history/read-history.ts';
import type { HostSwitch } from './host-switches.ts';
import { intakeMoments, type IntakeFacts } from './intake-moments.ts';
import { since, type Moment } from './moments.ts';
import { regionMoments, type RegionMoments } from './region-moments.ts';

/** What one deployment left behind. Times are of the wall clock, in ms. */
export interface DeploymentFacts extends IntakeFacts {
  readonly approvalWantedAtMs: number;
  readonly approvalSentAtMs: number;
  readonly regions: ReadonlyMap<string, readonly HistoryEvent[]>;
  readonly switches: readonly HostSwitch[];
}

export interface DeploymentMoments {
  /** The way of the whole: a stage's step is done when the last of its regions has done it. */
  readonly moments: readonly Moment[];
  readonly regions: readonly RegionMoments[];
}

/** All steps from merge to green, in the order in which they belong. */
export function deploymentMoments(facts: DeploymentFacts): DeploymentMoments {
  const activities = activitiesOf(facts.deployment);
  const { plan } = activityNamed(activities, 'planDeployment').result as Extract<
    PlanDeploymentResult,
    { readonly outcome: 'planned' }
  >;
  const regions = plan.stages.flatMap((stage) =>
    stage.regions.map((region) => regionMoments(region, stage, facts.regions.get(region) ?? [], facts.switches)),
  );
  const moments = [
    ...intakeMoments(facts),
    ...releaseMoments(facts, activities),
    ...plan.stages.flatMap((stage) => stageMoments(stage, regions)),
    ...finishMoments(activities),
  ];
  return {
    moments: since(facts.sentAtMs, moments),
    regions: regions.map((region) => ({ ...region, moments: since(facts.sentAtMs, region.moments) })),
  };
}

function releaseMoments(facts: DeploymentFacts, activities: readonly ActivityTimes[]): Moment[] {
  const done = lastOf(activities);
  return [
    done('service held', 'holdService'),
    { step: 'build begun', atMs: activityNamed(activities, 'buildRelease').startedMs },
    done('built', 'buildRelease'),
    done('signed', 'signRelease'),
    done('planned', 'planDeployment'),
    { step: 'approval wanted, as people see it', atMs: facts.approvalWantedAtMs },
    { step: 'approval sent (the person)', atMs: facts.approvalSentAtMs },
    done('approval verified', 'verifyApproval'),
    done('admitted', 'admitRelease'),
    done('in every region (beside the approval)', 'replicateRelease'),
  ];
}

/** A stage has done what the last of its regions has done; steps of a region are the same in all of them. */
function stageMoments(stage: PlannedStage, all: readonly RegionMoments[]): Moment[] {
  const regions = all.filter((each) => each.stage === stage.name);
  const steps = regions[0]?.moments ?? [];
  return steps.map(({ step }, index) => ({
    step: `${stage.name}: ${step}`,
    atMs: Math.max(...regions.map(({ moments }) => moments[index]?.atMs ?? Number.NaN)),
  }));
}

function finishMoments(activities: readonly ActivityTimes[]): Moment[] {
  const done = lastOf(activities);
  return [
    done('point of no return recorded', 'recordPointOfNoReturn'),
    done('finish written in every region', 'finishRegion'),
    done('end recorded: green', 'finishDeployment'),
  ];
}

/** A step is done when the last activity of its name has completed. */
const lastOf =
  (activities: readonly ActivityTimes[]) =>
  (step: string, name: string): Moment => ({
    step,
    atMs: Math.max(...activities.filter((each) => each.name === name).map(({ completedMs }) => completedMs)),
  });
