/** An instance that ends this often in the window is in a crash loop (docs/design.md §5). */
export const crashLoopExits = 3;
export const crashLoopWindowMs = 60_000;
/** Exits older than this are forgotten: so long healthy, an instance has recovered. */
const forgottenAfterMs = 600_000;
const keptExits = 20;
const slowestRestartMs = 30_000;

/** Times of unexpected exits, oldest first. */
export type Exits = readonly number[];

export const addExit = (exits: Exits, atMs: number): Exits =>
  [...exits.filter((at) => atMs - at < forgottenAfterMs), atMs].slice(-keptExits);

export const isCrashLoop = (exits: Exits, nowMs: number): boolean => recent(exits, nowMs) >= crashLoopExits;

/** When to start again after the last of `exits`: at once after the first, then after 1 s, 2 s, 4 s … 30 s. */
export function restartAtMs(exits: Exits): number {
  const last = exits.at(-1);
  if (last === undefined) return 0;
  const before = recent(exits, last) - 1;
  return before === 0 ? last : last + Math.min(1_000 * 2 ** (before - 1), slowestRestartMs);
}

const recent = (exits: Exits, nowMs: number): number => exits.filter((at) => nowMs - at < crashLoopWindowMs).length;
