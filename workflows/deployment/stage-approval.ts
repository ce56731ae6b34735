import type { Approval } from '../../domain/approval/approval.ts';
import type { BrokenGlass } from '../../domain/approval/break-glass.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { PlannedStage } from '../../domain/plan/plan.ts';
import { named } from '../../domain/progress/plain-text.ts';
import { askedAgain, countsOf, markBrokenGlass, showQuorum, untilAgreed } from './asking.ts';
import { regionOf, type DeploymentRun } from './deployment-run.ts';
import { glassOf, quorumOf, stageQuestionOf } from './quorum.ts';
import { enter, record } from './record.ts';
import { unlessCopyFails, untilCopied } from './replicate.ts';
import { failed } from './stop.ts';
import { untilWindowIsOpen } from './window.ts';

/** What persons said about one stage; what they agreed to before, or for another stage, is not among it. */
interface Said {
  approvals: readonly Approval[];
  broken: readonly BrokenGlass[];
  /** What was shown before people were asked about the stage, and is again once they have agreed. */
  readonly shown: DeploymentRun['quorum'];
}

/**
 * Until those who must agree have, the release is in the stage's regions, its window is open and nobody has paused: all of it
 * at the same time.
 * What was agreed to expires while a copy or a pause takes its time, and then people are asked again.
 */
export async function untilStageMayBegin(run: DeploymentRun, stage: PlannedStage): Promise<Stop | null> {
  const said: Said = { approvals: [], broken: [], shown: run.quorum };
  for (let isFirst = true; ; isFirst = false) {
    const asked = stage.approve === undefined ? null : await untilStageApproved(run, stage, said, isFirst);
    const missing = asked ?? (await untilCopied(run, stage.regions));
    if (missing !== null) return missing;
    await untilWindowIsOpen(run);
    const isLeft = stage.regions.some((region) => !regionOf(run, region).skipped);
    if (stage.approve === undefined || !isLeft || stillAgreed(run, stage, said)) return null;
  }
}

/** Asks those who must agree before a stage begins. */
async function untilStageApproved(
  run: DeploymentRun,
  stage: PlannedStage,
  said: Said,
  isFirst: boolean,
): Promise<Stop | null> {
  run.approvals = said.approvals;
  run.broken = said.broken;
  run.stageAsked = stage;
  run.askedAtMs = Date.now();
  run.stage = stage.name;
  const counts = countsOf(showQuorum(run));
  if (isFirst)
    enter(run, 'rolling', { event: 'stage-approval-wanted', message: `${stage.name}: waits for approval, ${counts}` });
  else askedAgain(run, `, ${counts}`);
  return unlessCopyFails(run, () => askAboutStage(run, stage, said));
}

async function askAboutStage(run: DeploymentRun, stage: PlannedStage, said: Said): Promise<Stop | null> {
  const agreement = await untilAgreed(run);
  if (agreement === null) return failed(`nobody is asked about stage ${stage.name} any more`);
  await markBrokenGlass(run, agreement);
  const { quorum, glass } = agreement;
  const people = glass?.counted.map(({ person }) => person) ?? quorum.counted.map(({ approver }) => approver);
  const how = glass === null ? 'approved by' : 'its approval was bypassed by';
  endAsking(run, said);
  record(run, { event: 'stage-approved', message: `${stage.name} may begin: ${how} ${named(people)}` });
  return null;
}

/** What was said of a stage is no answer to any other question. */
function endAsking(run: DeploymentRun, said: Said): void {
  said.approvals = run.approvals;
  said.broken = run.broken;
  run.approvals = [];
  run.broken = [];
  run.stageAsked = null;
  run.quorum = said.shown;
}

function stillAgreed(run: DeploymentRun, stage: PlannedStage, said: Said): boolean {
  const question = stageQuestionOf(run, stage);
  return (
    quorumOf(run, question, said.approvals).outcome === 'met' || glassOf(run, question, said.broken).outcome === 'open'
  );
}
