import type { RegionName } from '../../../domain/names.ts';
import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { DeploymentRow, RegionOutcome, World } from '../world/world.ts';

/** @throws Error for a number that was never given */
export function deploymentRow({ centre }: World, deployment: number): DeploymentRow {
  const row = centre.deployments.get(deployment);
  if (row === undefined) throw new Error(`there is no deployment ${deployment}`);
  return row;
}

export const regionOutcomes = ({ centre }: World, region: RegionName): readonly RegionOutcome[] =>
  centre.outcomes.get(region) ?? [];

/** Adds the outcome, or puts it in the place of the deployment's earlier one. */
export function setOutcome(world: World, region: RegionName, outcome: RegionOutcome): void {
  const others = regionOutcomes(world, region).filter(({ deployment }) => deployment !== outcome.deployment);
  const all = [...others, outcome].toSorted((a, b) => a.deployment - b.deployment);
  world.centre.outcomes.set(region, all);
}

/** Mirrors infra/postgres/central/end-deployment.ts. */
export function endDeployment(
  { centre }: World,
  row: DeploymentRow,
  outcome: DeploymentOutcome,
  pending: readonly RegionName[],
): void {
  const { number, release } = row;
  centre.deployments.set(number, { ...row, outcome, pending });
  if (centre.holder === number) centre.holder = null;
  centre.inbox = centre.inbox.map((each) => (each.deployment === number ? { ...each, finished: true } : each));
  const state = centre.releases.get(release)?.state;
  if (state === 'building') centre.releases.set(release, { number: release, state: 'retired' });
}
