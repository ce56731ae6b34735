import type { ReportedStatus } from '../../../domain/gate/reported-status.ts';
import type { VerifiedDelivery } from './merge-inbox.ts';

/** `older`: something newer is known of the context. */
export type TakenStatus = 'stored' | 'repeated' | 'older';

/** Where statuses of commits are kept, as the webhook sees it. */
export interface StatusInbox {
  /** The delivery and its status, in one transaction: the newest of each context stays, in whatever order they come. */
  takeStatus(delivery: VerifiedDelivery, status: ReportedStatus): Promise<TakenStatus>;
}
