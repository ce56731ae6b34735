/** An instance that ends this often in the window is in a crash loop (docs/design.md §5). */
export const crashLoopExits = 3;
export const crashLoopWindowMs = 60_000;
/** An instance that ran this long before it ended has recovered from all ends before: they are forgotten. */
const forgottenAfterMs = 600_000;
const keptExits = 20;
const slowestRestartMs = 30_000;

/** Times of unexpected exits, oldest first. */
export type Exits = readonly number[];

export const addExit = (exits: Exits, atMs: number): Exits =>
  atMs - (exits.at(-1) ?? atMs) >= forgottenAfterMs ? [atMs] : [...exits, atMs].slice(-keptExits);

export const isCrashLoop = (exits: Exits, nowMs: number): boolean => recent(exits, nowMs) >= crashLoopExits;

/**
 * When to start again after the last of `exits`: at once after the first, then after 1 s, 2 s, 4 s … 30 s. Waiting between
 * starts is no recovery, so a slow loop stays slow.
 */
export function restartAtMs(exits: Exits): number {
  const last = exits.at(-1);
  if (last === undefined) return 0;
  const before = exits.length - 1;
  return before === 0 ? last : last + Math.min(1_000 * 2 ** (before - 1), slowestRestartMs);
}

const recent = (exits: Exits, nowMs: number): number => exits.filter((at) => nowMs - at < crashLoopWindowMs).length;
