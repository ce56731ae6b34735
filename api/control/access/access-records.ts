import type { OperatorsChange } from '../../../domain/access/may-grant.ts';
import type { Right } from '../../../domain/access/right.ts';
import type { ReviewStanding, ReviewVerdict } from '../../../domain/approval/break-glass.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { GrantList, ReviewList } from '../../../protocol/api/access.ts';

/** Who changes something, and by which request: a repeat changes nothing. */
export interface Asker {
  readonly person: string;
  readonly key: string;
}

/**
 * `absent`: it is about a service that there is not. `key-reused`: the same person changed another right under this key; a
 * repeat of the same request changes nothing, whatever became of the right since.
 */
export type Granted = 'granted' | 'present' | 'absent' | 'key-reused';

/** `still`: what gives the right all the same, in words. */
export type Revoked =
  | { readonly outcome: 'revoked' | 'absent'; readonly still: readonly string[] }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'key-reused' };

/**
 * Asked once it is revoked, before anybody can see that, and while nobody else can change a right: why it can't be, or `null`.
 */
export type RevokeGuard = (operators: OperatorsChange) => string | null;

export interface ReviewedStage extends ReviewStanding {
  readonly stage: string | null;
}

/** Rights and reviews in central Postgres; every change is made once, with its audit record. */
export interface AccessRecords {
  /** Everyone with a token who is an operator now, by that, by name or by a team. */
  operators(): Promise<readonly string[]>;
  list(): Promise<GrantList>;
  grant(right: Right, by: Asker): Promise<Granted>;
  /** A role for all services is also taken off the person's tokens. */
  revoke(right: Right, by: Asker, refuse: RevokeGuard): Promise<Revoked>;
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
