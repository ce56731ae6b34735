import type { RegionName } from '../names.ts';
import type { DeploymentOutcome } from '../states.ts';
import { counted, named } from './plain-text.ts';
import type { RegionProgress } from './region-progress.ts';

export interface Ending {
  readonly outcome: DeploymentOutcome;
  /** Why; without it a success needs no reason. */
  readonly reason: string | null;
  readonly regions: readonly RegionProgress[];
  readonly pending: readonly RegionName[];
}

/** How a deployment ended, in one sentence. What is owed somewhere is never left out. */
export function outcomeSentence({ outcome, reason, regions, pending }: Ending): string {
  const because = reason ? `: ${reason}` : '';
  switch (outcome) {
    case 'succeeded':
      return `${live(regions)}${owed(pending)}`;
    case 'undone': {
      const undone = regions.filter(({ state }) => state === 'undone').length;
      return `undone in ${counted(undone, 'region')}${owed(pending)}${because}`;
    }
    case 'failed':
      return regions.length === 0
        ? `failed before any region was touched${because}`
        : `failed${owed(pending)}${because}`;
    case 'rejected':
      return `rejected${because}`;
    case 'cancelled':
      return `cancelled${because}`;
    case 'superseded':
      return `superseded${because}`;
  }
}

function live(regions: readonly RegionProgress[]): string {
  const done = regions.filter(({ state }) => state === 'done');
  const healthy = done.reduce((sum, { hosts }) => sum + hosts.healthy, 0);
  return `live in ${done.length} of ${counted(regions.length, 'region')}, ${counted(healthy, 'healthy host')}`;
}

const owed = (pending: readonly RegionName[]): string => (pending.length === 0 ? '' : `; pending: ${named(pending)}`);
