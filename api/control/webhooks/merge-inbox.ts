import type { DeployedBranch, Ignored, Move } from '../../../domain/intake/merge.ts';

/** One verified delivery and what it was taken for. */
export interface VerifiedDelivery {
  /** As the sender numbers it. */
  readonly guid: string;
  readonly event: string;
  readonly traceparent: string | null;
}

export interface TakenMove {
  readonly move: Move;
  /** The same move was delivered before. */
  readonly repeated: boolean;
}

/** The inbox as the webhook sees it. */
export interface MergeInbox {
  listDeployedBranches(repository: string): Promise<readonly DeployedBranch[]>;
  /** The delivery and its moves, in one transaction; a move that is known is not added again. */
  take(delivery: VerifiedDelivery, moves: readonly Move[], ignored: readonly Ignored[]): Promise<readonly TakenMove[]>;
}
