import { samePerson } from '../../../domain/approval/same-person.ts';
import type { LockRights } from '../../../domain/lane/lock-rules.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import type { Projection } from '../reads/projection.ts';

/** What a person may do to a lock that is not theirs. */
export async function rightsOf(
  projection: Pick<Projection, 'listOwners'>,
  service: ServiceName,
  { person, roles }: SignedIn,
): Promise<LockRights> {
  const owners = await projection.listOwners(service);
  return {
    releaseOwner: roles.includes('release-owner'),
    ownsService: owners.some((owner) => samePerson(owner) === samePerson(person)),
  };
}
