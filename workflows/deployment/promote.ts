import { decidePromote, type BakingStage } from '../../domain/deployment/leaving-waits.ts';
import type { PromoteMessage } from '../messages/deployment.ts';
import { promoteRegionSignal } from '../messages/region.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';
import { record } from './record.ts';
import type { TokenVerb } from './tokens.ts';

/** Ends the bake of the stage that it is in. What was watched so far was good; one last look at each region decides. */
export const promoteVerb = (run: DeploymentRun, { reason }: PromoteMessage): TokenVerb => ({
  verb: 'promote',
  decide: (at) => decidePromote(at, bakingIn(run)),
  // One that was got for an earlier stage ends no other's bake.
  bindingOf: () => ({ ...plannedOf(run).binding, ...stageOf(run) }),
  act: ({ approver }) => {
    const message = `promoted by ${approver}: ${reason}`;
    record(run, { actor: approver, event: 'promote', message });
    for (const child of run.children.values()) void child.signal(promoteRegionSignal).catch(() => undefined); // it has just ended
    return `${message}; the bake of stage ${run.stage} ends once its hosts are found well`;
  },
});

const stageOf = ({ stage }: DeploymentRun): { readonly stage?: string } => (stage === null ? {} : { stage });

function bakingIn(run: DeploymentRun): BakingStage | null {
  if (run.state !== 'baking' || run.stage === null) return null;
  const stage = plannedOf(run).plan.stages.find(({ name }) => name === run.stage);
  return stage === undefined ? null : { name: stage.name, hasMetrics: (stage.metrics ?? []).length > 0 };
}
