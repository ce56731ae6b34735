import { failuresAllowed } from '../goal/judge.ts';
import type { Budget } from '../spec/service-spec.ts';
import { isBegunIn } from './begun.ts';
import { digits, named } from './plain-text.ts';
import type { RegionProgress } from './region-progress.ts';

type Counted = Pick<RegionProgress, 'state' | 'batch' | 'hosts'> & { readonly region: string };

/**
 * `us-east 3 of 124 allowed (of the hosts switched in a region 5 % may fail, at most 50, none of its first batch)`: what was
 * counted when a region's last batch was judged. `null` before it has begun anywhere, and once it goes back: then its
 * reason says by how many it was too many.
 */
export function budgetText({ failedPercent, cap }: Budget, regions: readonly Counted[]): string | null {
  const isBack = regions.some(({ state }) => state === 'undoing' || state === 'undone');
  if (isBack || !regions.some(isBegunIn)) return null;
  const failing = regions
    .filter(({ hosts }) => hosts.failed > 0)
    .map(
      (each) =>
        `${each.region} ${digits(each.hosts.failed)} of ${digits(allowedIn(each, { failedPercent, cap }))} allowed`,
    );
  const failed = failing.length === 0 ? 'none' : named(failing, 3);
  return `${failed} (of the hosts switched in a region ${failedPercent} % may fail, at most ${digits(cap)}, none of its first batch)`;
}

/** As the judge counts: a region's first batch is its canary. */
const allowedIn = ({ state, batch, hosts }: Counted, budget: Budget): number =>
  state === 'rolling' && batch <= 1 ? 0 : failuresAllowed(budget, hosts.switched);
