import type { RegionState } from '../states.ts';

const before: ReadonlySet<RegionState> = new Set(['pending', 'replicating', 'ready']);

/** Whether a deployment may have changed something in the region. */
export const isBegunIn = ({ state }: { readonly state: RegionState }): boolean => !before.has(state);
