import type { Granter } from '../../../domain/access/may-grant.ts';
import { ownsBy } from '../../../domain/access/right.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { Projection } from '../reads/projection.ts';
import type { AccessRecords } from './access-records.ts';

export interface GranterParts {
  readonly access: Pick<AccessRecords, 'operators'>;
  readonly projection: Pick<Projection, 'listOwners'>;
}

/** What decides whether this person may grant a right, and whom else to ask. `service`: which it is about, if one. */
export async function granterOf(
  { access, projection }: GranterParts,
  { person, roles, teams = [] }: SignedIn,
  service: ServiceName | null,
): Promise<Granter & { readonly whoMay: readonly string[] }> {
  const owners = service === null ? [] : await projection.listOwners(service);
  const operators = await access.operators();
  return { person, roles, ownsService: ownsBy(owners, person, teams), operators, whoMay: [...operators, ...owners] };
}

export function mayNotGrant(detail: string, { whoMay }: { readonly whoMay: readonly string[] }): ProblemError {
  const who = whoMay.slice(0, 5);
  const next = who.length === 0 ? 'Ask a release owner: there is no operator yet.' : `Ask ${who.join(' or ')}.`;
  return new ProblemError('not-allowed', { detail, next });
}
