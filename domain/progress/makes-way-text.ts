import type { MakesWay } from '../lane/hotfix.ts';

/** Of what makes way for a hotfix: `once checkout/86 is undone`. */
export const madeWayText: Readonly<Record<MakesWay['how'], string>> = {
  undone: 'is undone',
  held: 'has stopped where it is',
  cancelled: 'is cancelled',
  awaited: 'has ended',
};
