import type { DeploymentNumber } from '../names.ts';

/**
 * One try at one deployment in one region. Only a region-local rollback or hold raises `local`; a retry is a new
 * deployment (docs/goal-protocol.md §1).
 */
export interface Attempt {
  readonly deployment: DeploymentNumber;
  /** 0 unless somebody acted inside the region. */
  readonly local: number;
}

/** Negative when `a` is older than `b`, zero when they are the same attempt. */
export function compareAttempts(a: Attempt, b: Attempt): number {
  return a.deployment - b.deployment || a.local - b.local;
}
