import type { RegionName } from '../../../domain/names.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';

/** Who holds which token. */
export interface PeopleDirectory {
  /** `null` for a token that is unknown or revoked. */
  findPerson(token: string): Promise<SignedIn | null>;
  /** Who a browser is signed in as; `null` when its session has ended, or its token was revoked. */
  findSession(secret: string): Promise<SignedIn | null>;
  /** The region whose worker holds this token. */
  findRegion(token: string): Promise<RegionName | null>;
}
