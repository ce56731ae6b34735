import type { World } from '../world/world.ts';
import type { Broken, Notice } from './notice.ts';

export type Of<Kind extends Notice['kind']> = Extract<Notice, { readonly kind: Kind }>;

/** Whether what has just happened breaks one promise. */
export type Check<Kind extends Notice['kind']> = (world: World, notice: Of<Kind>) => Broken | null;

export const broken = (promise: string, sentence: string): Broken => ({ promise, sentence });
