import type { ServiceName, TeamName } from '../names.ts';
import type { Role } from '../states.ts';
import { holderKey, rightText, teamHolder, type Holder, type Right } from './right.ts';

/** Where rights come from, as they are after one was revoked. */
export interface RightSources {
  /** Of all tokens of the person that are not revoked. */
  readonly tokenRoles: readonly Role[];
  /** The person's. */
  readonly teams: readonly TeamName[];
  /** Of anybody. `service`: empty for all. */
  readonly grants: readonly { readonly holder: Holder; readonly role: Role; readonly service: ServiceName | string }[];
  /** Of the right's service. */
  readonly owners: readonly Holder[];
}

/**
 * What gives a right all the same once it was revoked, in words: `team:ops is operator of all services`. A right is had by any
 * of its sources, and revoking takes away one.
 */
export function whatStillGives(right: Right, { tokenRoles, teams, grants, owners }: RightSources): readonly string[] {
  if (right.kind === 'member') return [];
  const own = [right.holder, ...teams.map(teamHolder)].map(holderKey);
  if (right.kind === 'owner')
    return owners.filter((owner) => own.includes(holderKey(owner))).map((holder) => rightText({ ...right, holder }));
  const { role, service, holder } = right;
  const granted = grants
    .filter((each) => each.role === role && own.includes(holderKey(each.holder)))
    .filter((each) => each.service === '' || each.service === service)
    .map((each) => rightText({ ...right, holder: each.holder, service: each.service === '' ? null : service }));
  return tokenRoles.includes(role) ? [`a token of ${holder} came with the role ${role}`, ...granted] : granted;
}
