/** What must hold in every state of the world, whatever has just happened. */
import type { World } from '../world/world.ts';
import type { Broken } from './notice.ts';

/** 2. At most one deployment is active: only one that has no outcome yet has children that go forward. */
export function brokenNow({ workflows, centre }: World): Broken | null {
  let active = 0;
  for (const { kind, status, input } of workflows.values()) {
    if (kind !== 'regionRollout' || status !== 'running') continue;
    const { deployment } = (input as { readonly attempt: { readonly deployment: number } }).attempt;
    if (centre.deployments.get(deployment)?.outcome !== null || deployment === active) continue;
    if (active !== 0) return { promise: '2', sentence: `${active} and ${deployment} go forward at once` };
    active = deployment;
  }
  return null;
}
