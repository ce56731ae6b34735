import { ownsBy } from '../../../domain/access/right.ts';
import type { LockRights } from '../../../domain/lane/lock-rules.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import type { Projection } from '../reads/projection.ts';

/** What a person may do to a lock that is not theirs. */
export async function rightsOf(
  projection: Pick<Projection, 'listOwners'>,
  service: ServiceName,
  { person, roles, teams = [] }: SignedIn,
): Promise<LockRights> {
  const owners = await projection.listOwners(service);
  return {
    releaseOwner: roles.includes('release-owner'),
    ownsService: ownsBy(owners, person, teams),
  };
}
