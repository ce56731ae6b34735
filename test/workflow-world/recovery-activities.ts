import type { Client } from '@temporalio/client';
import type { RecoveryActivities, TouchedRegion } from '../../activities/recovery/contract.ts';
import { hookName } from '../../domain/hook/hook.ts';
import type { DeploymentNumber, Generation } from '../../domain/names.ts';
import { createLostWorkflows } from '../../workers/lost-workflows.ts';
import type { Worlds } from './central-activities.ts';
import { inputOf } from './lane-activities.ts';
import { allRegions, hash } from './service-world.ts';
import type { ServiceWorld } from './service-world.ts';

/** Temporal's part is the real one; what central Postgres holds is the world's. */
export const recoveryActivities = (worlds: Worlds, client: () => Client): RecoveryActivities => ({
  async takeOverDeployment(ref) {
    const world = worlds.of(ref.service);
    await world.takingOver?.pass();
    const workflows = createLostWorkflows(client());
    const closed = await workflows.closeDeployment(ref);
    await workflows.closeRollouts(ref, allRegions);
    const row = world.rows.find(({ deployment }) => deployment === ref.deployment)!;
    const progress = world.progress.filter(({ deployment }) => deployment === ref.deployment);
    const plan = world.plans.get(ref.deployment);
    return {
      start: inputOf(world, row),
      outcome: row.outcome,
      planned: plan === undefined ? null : { plan, planDigest: hash('b') },
      pointOfNoReturn: world.pointsOfNoReturn.includes(ref.deployment),
      stop: progress.findLast(({ stop }) => stop)?.stop ?? null,
      touched: touchedBy(world, ref.deployment),
      regions: progress.flatMap(({ regions }) => regions),
      hooks: [...new Map(progress.flatMap(({ hook }) => (hook ? [[hookName(hook), hook]] : []))).values()],
      sequence: progress.at(-1)?.sequence ?? 0,
      state: progress.at(-1)?.state ?? 'queued',
      stage: progress.at(-1)?.stage ?? null,
      closed,
    };
  },
  followRegionUndo: ({ service, deployment, region }) =>
    createLostWorkflows(client()).untilRegionUndone({ service, deployment }, region, new AbortController().signal),
});

function touchedBy({ intents }: ServiceWorld, deployment: DeploymentNumber): readonly TouchedRegion[] {
  const own = Map.groupBy(
    intents.filter((intent) => intent.deployment === deployment),
    ({ region }) => region,
  );
  return [...own].map(([region, steps]) => ({
    region,
    attempt: steps.at(-1)!.attempt,
    generation: Math.max(...steps.map(({ knownGeneration }) => knownGeneration)) as Generation | 0,
  }));
}
