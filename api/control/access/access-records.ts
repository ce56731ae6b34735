import type { Right } from '../../../domain/access/right.ts';
import type { ReviewStanding, ReviewVerdict } from '../../../domain/approval/break-glass.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { GrantList, ReviewList } from '../../../protocol/api/access.ts';

/** Who changes something, and by which request: a repeat changes nothing. */
export interface Asker {
  readonly person: string;
  readonly key: string;
}

export interface ReviewedStage extends ReviewStanding {
  readonly stage: string | null;
}

/** Rights and reviews in central Postgres; every change is made once, with its audit record. */
export interface AccessRecords {
  /** Everyone who is an operator now, by a token, by name or by a team. */
  operators(): Promise<readonly string[]>;
  list(): Promise<GrantList>;
  /** `absent`: it is about a service that there is not. */
  grant(right: Right, by: Asker): Promise<'granted' | 'present' | 'absent'>;
  /**
   * A role for all services is also taken off the person's tokens.
   * @param refuse asked once nobody else can change who is an operator: why it can't be revoked, or `null`
   */
  revoke(
    right: Right,
    by: Asker,
    refuse: (operators: readonly string[]) => string | null,
  ): Promise<{ readonly outcome: 'revoked' | 'absent' } | { readonly outcome: 'refused'; readonly reason: string }>;
  listReviews(): Promise<ReviewList>;
  /** Glass of a deployment, stage by stage. */
  brokenGlass(service: ServiceName, deployment: DeploymentNumber): Promise<readonly ReviewedStage[]>;
  /** `late`: somebody else has reviewed it meanwhile. */
  review(
    of: { readonly service: ServiceName; readonly deployment: DeploymentNumber; readonly stage: string | null },
    verdict: ReviewVerdict,
    reason: string,
    by: Asker,
  ): Promise<'reviewed' | 'repeated' | 'late'>;
}
