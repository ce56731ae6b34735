import type { Stop } from '../../domain/deployment/ending.ts';
import { unless } from '../unless.ts';

/** Work that something else may end, as soon as that says why; what was done stays registered to be undone. */
export const unlessBad = async (bad: () => Stop | null, work: () => Promise<Stop | null>): Promise<Stop | null> =>
  (await unless(() => bad() !== null, work)) ?? bad();
