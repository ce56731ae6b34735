import type { RegionName } from '../names.ts';
import type { DeploymentOutcome } from '../states.ts';
import { isBegunIn } from './begun.ts';
import { withoutText } from './missing-hosts.ts';
import { counted, named } from './plain-text.ts';
import type { RegionProgress } from './region-progress.ts';

export interface Ending {
  readonly outcome: DeploymentOutcome;
  /** Why; without it a success needs no reason. */
  readonly reason: string | null;
  readonly regions: readonly RegionProgress[];
  readonly pending: readonly RegionName[];
}

/** As its workflow says it: `rejected by mo: no`, `stage world was rejected by mo: no`. */
const saysRejected = /^(stage \S+ was )?rejected by /;

/** How a deployment ended, in one sentence. What is owed somewhere is never left out. */
export function outcomeSentence({ outcome, reason, regions, pending }: Ending): string {
  const because = reason ? `: ${reason}` : '';
  switch (outcome) {
    case 'succeeded':
      return `${live(regions)}${withoutText(regions)}${owed(pending)}`;
    case 'undone': {
      const undone = regions.filter(({ state }) => state === 'undone').length;
      if (pending.length === 0 && !regions.some(isBegunIn)) return `undone before any host had switched${because}`;
      return `undone in ${counted(undone, 'region')}${notUndone(regions)}${owed(pending)}${because}`;
    }
    case 'failed':
      return regions.length === 0
        ? `failed before any region was touched${because}`
        : `failed${owed(pending)}${because}`;
    case 'rejected':
      return reason !== null && saysRejected.test(reason)
        ? `${reason}${owed(pending)}`
        : `rejected${owed(pending)}${because}`;
    case 'cancelled':
      return `cancelled${owed(pending)}${because}`;
    case 'superseded':
      return `superseded${owed(pending)}${because}`;
  }
}

function live(regions: readonly RegionProgress[]): string {
  const done = regions.filter(({ state }) => state === 'done');
  const healthy = done.reduce((sum, { hosts }) => sum + hosts.healthy, 0);
  return `live in ${done.length} of ${counted(regions.length, 'region')}, ${counted(healthy, 'healthy host')}`;
}

/** Where a later deployment stood already when this one was undone. */
function notUndone(regions: readonly RegionProgress[]): string {
  const others = regions.filter(({ state }) => state === 'skipped').map(({ region }) => region);
  return others.length === 0 ? '' : `; not in ${named(others)}, which went on`;
}

const owed = (pending: readonly RegionName[]): string => (pending.length === 0 ? '' : `; pending: ${named(pending)}`);
