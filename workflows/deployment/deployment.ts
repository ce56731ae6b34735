import { CancellationScope, upsertSearchAttributes } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import type { DeploymentInput, DeploymentResult } from '../messages/deployment.ts';
import { searchAttribute } from '../search-attributes.ts';
import { whenUpgraded } from '../when-upgraded.ts';
import { admit } from './admit.ts';
import { build, check, checkAgain } from './build.ts';
import { cancelled } from './cancelled.ts';
import { conclude } from './conclude.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { mayGoOn, openDeploymentRun, releaseOf } from './deployment-run.ts';
import { finish } from './finish.ts';
import { untilMayGoOn } from './go-on.ts';
import { holdService } from './hold-service.ts';
import { runFirstHooks, runHooks } from './hooks.ts';
import { listen } from './messages.ts';
import { plan } from './plan.ts';
import { endWatches } from './ready-region.ts';
import { startCopies, unlessCopyFails } from './replicate.ts';
import { requiredChecks } from './required-checks.ts';
import { takeSlot } from './slot.ts';
import { rollOut } from './stages.ts';
import { untilStopped } from './stop.ts';
import { stopped } from './stopped.ts';
import { unlessBad } from './unless-bad.ts';
import { verify } from './verify.ts';

/**
 * Brings one release to its regions, or undoes what it did. Its end is always an outcome in central Postgres, whatever
 * happens on the way; what a region that can't be reached still owes is named there.
 */
export async function deployment(input: DeploymentInput): Promise<DeploymentResult> {
  const run = openDeploymentRun(input);
  listen(run);
  CancellationScope.current().cancelRequested.catch(() => cancelled(run));
  upsertSearchAttributes([
    { key: searchAttribute.service, value: input.service },
    { key: searchAttribute.release, value: releaseOf(run) },
  ]);
  const stop = await untilStopped(run, () => forward(run));
  // From here nothing may be cancelled: neither the way back nor the finish.
  return CancellationScope.nonCancellable(async () => {
    const ended = stop === null ? await finish(run) : await stopped(run, stop);
    return conclude(run, ended);
  });
}
whenUpgraded('PINNED', deployment);

async function forward(run: DeploymentRun): Promise<Stop | null> {
  const prepared = (await holdService(run)) ?? (await build(run)) ?? (await check(run)) ?? (await plan(run));
  if (prepared !== null) return prepared;
  const unchecked = (await checkAgain(run)) ?? (await requiredChecks(run));
  if (unchecked !== null) return unchecked;
  startCopies(run);
  const admitted = await unlessCopyFails(run, () => admit(run));
  const begun = admitted ?? (await takeSlot(run)) ?? (await runFirstHooks(run));
  return (
    begun ??
    unlessBad(
      () => run.turnedBad,
      () => fromStageToStage(run),
    )
  );
}

/** Every region is watched until all of it is good. */
async function fromStageToStage(run: DeploymentRun): Promise<Stop | null> {
  const done = (await rollOut(run)) ?? (await verify(run)) ?? (await runHooks(run, 'after'));
  if (done !== null) return done;
  // Nobody finishes in a pause or a freeze that began while the last hook ran, or the last look was taken.
  do {
    await untilMayGoOn(run);
    const bad = await endWatches(run);
    if (bad !== null) return bad;
  } while (!mayGoOn(run));
  return null;
}
