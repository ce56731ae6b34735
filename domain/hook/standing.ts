import type { PlacedHook } from './hook.ts';

/**
 * - `begun`: it may have run, wholly or in part;
 * - `ran`, `failed`: it ended;
 * - `undoing`: its undo may have run;
 * - `undone`: what it did is taken back; `stays`: it needs no undo;
 * - `not-undone`: a person has to see to it.
 */
export const hookStates = ['begun', 'ran', 'failed', 'undoing', 'undone', 'stays', 'not-undone'] as const;
export type HookState = (typeof hookStates)[number];

/** A hook that has begun. */
export interface HookStanding extends PlacedHook {
  readonly state: HookState;
  /** Why it failed, or why it is not undone; `null` when nothing is wrong. */
  readonly why: string | null;
}

/** It failed or ran, and nothing was decided about its undo yet. */
export const isUnsettled = ({ state }: Pick<HookStanding, 'state'>): boolean =>
  state !== 'undone' && state !== 'stays' && state !== 'not-undone';
