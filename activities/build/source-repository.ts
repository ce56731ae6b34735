import type { SourceRef } from './contract.ts';

export type CheckoutResult =
  | { readonly outcome: 'checked-out' }
  /** The repository answers and doesn't have the commit: a force push, or a commit of a fork. */
  | { readonly outcome: 'missing-commit'; readonly reason: string }
  | { readonly outcome: 'unreachable'; readonly reason: string };

/** Where sources come from. */
export interface SourceRepository {
  /**
   * Puts the tree of exactly this commit into the empty folder `into`, without `.git`. Nothing of the repository is
   * run. @throws when the scratch disk fails or `signal` aborts.
   */
  checkOut(source: Pick<SourceRef, 'cloneUrl' | 'commit'>, into: string, signal: AbortSignal): Promise<CheckoutResult>;
}
