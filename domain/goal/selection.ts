import type { Placement, Selector } from './goal.ts';

/** Whether a host carries every label of the selector. An empty selector matches every host. */
export function matches(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value);
}

/** Whether one of the placements is for a host with these labels. */
export const isPlaced = (placements: readonly (Placement | null)[], labels: Selector): boolean =>
  placements.some((placement) => placement !== null && matches(placement.selector, labels));
