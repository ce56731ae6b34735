import { CancellationScope, sleep, upsertSearchAttributes } from '@temporalio/workflow';
import type { LostDeployment } from '../../activities/recovery/contract.ts';
import { decideLost } from '../../domain/deployment/lost.ts';
import { hookName } from '../../domain/hook/hook.ts';
import { lostHookMs } from '../activity-options/build.ts';
import { recoveries } from '../activity-options/control.ts';
import { conclude } from '../deployment/conclude.ts';
import { nameOf, regionOf, releaseOf, skippedRegions } from '../deployment/deployment-run.ts';
import type { DeploymentRun } from '../deployment/deployment-run.ts';
import { finish } from '../deployment/finish.ts';
import { listen } from '../deployment/messages.ts';
import { record } from '../deployment/record.ts';
import { stay } from '../deployment/skip-region.ts';
import { stopped, whyNoUndo } from '../deployment/stopped.ts';
import type { DeploymentResult } from '../messages/deployment.ts';
import type { RecoveryInput } from '../messages/recovery.ts';
import { now } from '../now.ts';
import { searchAttribute } from '../search-attributes.ts';
import { whenUpgraded } from '../when-upgraded.ts';
import { recoveredRun } from './recovered-run.ts';

/**
 * Ends a deployment that no workflow carries any more, as that one would have; nothing of it goes forward but a finish.
 * `null` when it had ended after all.
 */
export async function recovery(input: RecoveryInput): Promise<DeploymentResult | null> {
  // Nothing may be cancelled: whoever cancels this wants it over, and so does it.
  return CancellationScope.nonCancellable(async () => {
    const lost = await recoveries.takeOverDeployment(input);
    if (lost.outcome !== null) return null;
    const run = recoveredRun(lost);
    listen(run);
    waitForLostHooks(run);
    upsertSearchAttributes([
      { key: searchAttribute.service, value: input.service },
      { key: searchAttribute.release, value: releaseOf(run) },
    ]);
    return conclude(run, await ended(run, lost));
  });
}
whenUpgraded('PINNED', recovery);

function ended(run: DeploymentRun, { planned, pointOfNoReturn, stop, closed }: LostDeployment) {
  const message = `the workflow of ${nameOf(run)} ${closed}`;
  record(run, { event: 'recovery-started', message: `${message}; recovery ends it` });
  const rollback = planned?.plan.rollback ?? null;
  // What a person has said while this was taken over counts as what they had said before.
  const said = run.stop ?? stop;
  const decision = decideLost({
    stop: said,
    pointOfNoReturn,
    rollback,
    noUndo: whyNoUndo(run),
    closed: message,
    at: now(),
  });
  if (decision.do === 'stop') return stopped(run, decision.stop);
  // Whether they have heard it is not written down anywhere.
  for (const region of skippedRegions(run)) if (regionOf(run, region).touched) stay(run, region);
  return finish(run);
}

/** A worker is told by its next heartbeat that the hook it runs is nobody's any more, and ends it: no undo before that. */
function waitForLostHooks({ hooks, hooksAtWork }: DeploymentRun): void {
  for (const placed of hooks.filter(({ state }) => state === 'begun' || state === 'undoing')) {
    const name = hookName(placed);
    const ended = sleep(lostHookMs, { summary: `${name} has to end` }).then(() => hooksAtWork.delete(name));
    hooksAtWork.set(name, {
      text: `waits for the end of "${placed.hook.run}" (${name})`,
      since: now(),
      region: placed.region,
      ended,
    });
  }
}
