import type { FinishDeploymentInput, ObligationKind } from '../../activities/deployment-record/contract.ts';
import type { NotUndone } from '../../domain/deployment/ending.ts';
import type { RegionName } from '../../domain/names.ts';
import type { DeploymentOutcome } from '../../domain/states.ts';
import { faultReason } from '../faults.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { touchedRegions } from './deployment-run.ts';
import { owe } from './owe.ts';

/** How it ended, before that is recorded. */
export interface Ended {
  readonly outcome: DeploymentOutcome;
  readonly by: string;
  /** One sentence for people. */
  readonly reason: string;
  readonly regions: FinishDeploymentInput['regions'];
  /** Regions that owe something still. */
  readonly pending: readonly RegionName[];
  /** What an undo has left for a person; left out when that is nothing. */
  readonly notUndone?: readonly NotUndone[];
}

/** What happened in one region at the end: `pending` becomes an obligation that reconcile applies. */
export type RegionEnd = 'done' | 'pending';

/**
 * Does the same in each region that was touched, at once; the newest stage is begun first, none waits for another. A region
 * in which it ends in a fault, or was terminated by somebody, owes it, and the others and the outcome don't pay for that.
 */
export async function inTouchedRegions(
  run: DeploymentRun,
  kind: ObligationKind,
  act: (region: RegionName) => Promise<RegionEnd>,
): Promise<readonly RegionName[]> {
  const newestFirst = touchedRegions(run).toSorted(([, a], [, b]) => b.stage - a.stage);
  const endIn = (region: RegionName): Promise<RegionEnd> =>
    act(region).catch(async (error: unknown): Promise<RegionEnd> => {
      await owe(run, region, kind, faultReason(error));
      return 'pending';
    });
  const ends = await Promise.all(newestFirst.map(async ([region]) => ({ region, end: await endIn(region) })));
  return ends.filter(({ end }) => end === 'pending').map(({ region }) => region);
}

export const outcomesOf = (
  run: DeploymentRun,
  outcome: FinishDeploymentInput['regions'][number]['outcome'],
): FinishDeploymentInput['regions'] => touchedRegions(run).map(([region]) => ({ region, outcome }));
