import type { Plan } from '../../domain/plan/plan.ts';
import { named } from '../../domain/progress/plain-text.ts';
import { plannedOf, type DeploymentRun } from './deployment-run.ts';
import { makePlan } from './plan.ts';
import { replanRegions } from './planned-regions.ts';
import { record } from './record.ts';

/**
 * Makes the plan anew before people are asked again, and once enough have agreed: what the organisation has, and allows, may
 * have changed meanwhile. An approval of another plan is void. Nothing is touched yet.
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
  replanRegions(run, made.plan);
  const voided = run.approvals.length + run.broken.length;
  run.approvals = [];
  run.broken = [];
  const what = voided === 0 ? 'people are asked about the new one' : 'what was approved is void';
  const parts = changedParts(before.plan, made.plan);
  const where = parts.length === 0 ? '' : ` (${named(parts)})`;
  record(run, { event: 'plan-changed', message: `the plan has changed${where}, and ${what}` });
  return null;
}

/** By their names in the plan, which are those of the spec. */
function changedParts(before: Plan, made: Plan): readonly string[] {
  const textOf = (plan: Plan) => new Map(Object.entries(plan).map(([part, said]) => [part, JSON.stringify(said)]));
  const [old, fresh] = [textOf(before), textOf(made)];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((part) => old.get(part) !== fresh.get(part));
}

const sameRegions = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((region) => b.includes(region));
