/** Mirrors workflows/recovery: recovery.ts and recovered-run.ts. */
import type { DeploymentNumber, RegionName } from '../../../domain/names.ts';
import type { LostRecord } from '../centre/lost-deployment.ts';
import type { Decisions } from '../decisions.ts';
import { activity } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import { planRegions } from './deployment-forward.ts';
import { messagesOf } from './deployment-messages.ts';
import { openRun } from './deployment-run.ts';
import type { DeploymentInput, DeploymentRun } from './deployment-run.ts';
import { endingsOf } from './deployment-stopped.ts';

/** Above any that a person's messages can have brought to a region. */
const recoveryRevision = 1_000_000_000;

export function recovery(
  { deployment }: { readonly deployment: DeploymentNumber },
  outside: Outside,
  decisions: Decisions,
): Workflow {
  // Filled in when the centre has said what it knows.
  const run: DeploymentRun = openRun({ deployment } as DeploymentInput);

  function recover({ start, plan, touched, skipped, pointOfNoReturn }: LostRecord): void {
    Object.assign(run, { input: start, controlRevision: recoveryRevision, finishing: pointOfNoReturn });
    if (plan !== null) planRegions(run, plan);
    for (const { region, attempt, generation, hosts } of touched) {
      const at = run.regions.find((one) => one.region === region);
      if (at !== undefined) Object.assign(at, { attempt, generation, touched: true, missing: hosts });
    }
    for (const at of run.regions) at.skipped = skipped.includes(at.region);
  }

  function tellSkippedAgain(stay: (region: RegionName) => void): void {
    for (const { region, skipped, touched } of run.regions)
      if (skipped && touched && decisions.skippedIsHeldAgain()) stay(region);
  }

  function* main(): Work<void> {
    const lost = yield* activity<LostRecord>('centre', 'takeOverDeployment', { deployment });
    if (lost.outcome !== null) return;
    recover(lost);
    const { plan, pointOfNoReturn } = lost;
    const standing = {
      stop: null,
      pointOfNoReturn,
      rollback: plan?.rollback ?? null,
      noUndo: null,
      closed: 'terminated',
      at: '',
    };
    const decision = decisions.decideLost(standing);
    const endings = endingsOf(run, outside, decisions);
    if (decision.do === 'finish') tellSkippedAgain(endings.stay);
    yield* endings.conclude(decision.do === 'finish' ? yield* endings.finish() : yield* endings.stopped(decision.stop));
  }

  return { knows: run, main: main(), on: messagesOf(run, outside, decisions) };
}
