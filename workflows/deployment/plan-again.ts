import { plannedOf, type DeploymentRun } from './deployment-run.ts';
import { makePlan } from './plan.ts';
import { record } from './record.ts';

/**
 * Makes the plan anew before people are asked again: what the organisation has, and allows, may have changed while nobody
 * answered. An approval of another plan is void. Nothing is touched yet.
 *
 * @returns why it can't be carried out any more; `null` when people may be asked
 */
export async function planAgain(run: DeploymentRun): Promise<string | null> {
  const before = plannedOf(run);
  const made = await makePlan(run);
  if (typeof made === 'string') return made;
  if (made.planDigest === before.planDigest) return null;
  // Copies are on their way to the regions of the plan before.
  if (!sameRegions(before.binding.regions, made.binding.regions)) return 'its regions have changed: deploy it again';
  run.planned = made;
  const voided = run.approvals.length + run.broken.length;
  run.approvals = [];
  run.broken = [];
  const what = voided === 0 ? 'people are asked about the new one' : 'what was approved is void';
  record(run, { event: 'plan-changed', message: `the plan has changed, and ${what}` });
  return null;
}

const sameRegions = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((region) => b.includes(region));
