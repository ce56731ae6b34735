import type { Stop } from '../../domain/deployment/ending.ts';
import type { PlannedStage } from '../../domain/plan/plan.ts';
import { named } from '../../domain/progress/plain-text.ts';
import { countsOf, markBrokenGlass, showQuorum, untilAgreed } from './asking.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { enter, record } from './record.ts';
import { unlessCopyFails } from './replicate.ts';
import { failed } from './stop.ts';

/** Asks those who must agree before a stage begins; what they agreed to before, or for another stage, doesn't count. */
export async function untilStageApproved(run: DeploymentRun, stage: PlannedStage): Promise<Stop | null> {
  if (stage.approve === undefined) return null;
  run.approvals = [];
  run.broken = [];
  run.stageAsked = stage;
  run.askedAtMs = Date.now();
  run.stage = stage.name;
  const message = `${stage.name}: waits for approval, ${countsOf(showQuorum(run))}`;
  enter(run, 'rolling', { event: 'stage-approval-wanted', message });
  return unlessCopyFails(run, () => askAboutStage(run, stage));
}

async function askAboutStage(run: DeploymentRun, stage: PlannedStage): Promise<Stop | null> {
  const agreement = await untilAgreed(run);
  if (agreement === null) return failed(`nobody is asked about stage ${stage.name} any more`);
  await markBrokenGlass(run, agreement);
  run.stageAsked = null;
  const { quorum, glass } = agreement;
  const people = glass?.counted.map(({ person }) => person) ?? quorum.counted.map(({ approver }) => approver);
  const how = glass === null ? 'approved by' : 'its approval was bypassed by';
  record(run, { event: 'stage-approved', message: `${stage.name} may begin: ${how} ${named(people)}` });
  return null;
}
