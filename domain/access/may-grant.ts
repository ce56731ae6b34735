import type { ServiceName } from '../names.ts';
import type { Role } from '../states.ts';
import { holderKey, isTeam, rightText, type Holder, type Right } from './right.ts';

/** Who grants or revokes. */
export interface Granter {
  readonly person: string;
  /** For all services. */
  readonly roles: readonly Role[];
  /** Of the right's service, if it is about one. */
  readonly ownsService: boolean;
  /** Everyone who can sign in and is an operator, by themselves or by a team. */
  readonly operators: readonly string[];
}

/**
 * Why this person may not grant or revoke it; `null` when they may. Operators may grant all, owners what is of their service
 * alone. Who is in a team is never theirs to say: it decides about approvals of other services, too.
 */
export function whyMayNotGrant(by: Granter, right: Right): string | null {
  const mistake = rightMistake(right);
  if (mistake !== null) return mistake;
  if (by.roles.includes('operator')) return null;
  // Somebody has to be the first.
  if (by.operators.length === 0 && by.roles.includes('release-owner')) return null;
  const service = ofOneService(right);
  if (service !== null && by.ownsService) return null;
  const or = service === null ? '' : `, or to own ${service}`;
  return `${by.person} needs the role operator${or}`;
}

/** Why this person may not replace the owners of a service; `null` when they may, or nobody would be added or taken away. */
export function whyMayNotReplaceOwners(
  by: Granter,
  service: ServiceName,
  { before, after }: OwnersChange,
): string | null {
  const others = [...added(before, after), ...added(after, before)];
  const why = others.map((holder) => whyMayNotGrant(by, { kind: 'owner', holder, service }));
  return why.find((each) => each !== null) ?? null;
}

export interface OwnersChange {
  readonly before: readonly Holder[];
  readonly after: readonly Holder[];
}

const added = (before: readonly Holder[], after: readonly Holder[]): readonly Holder[] =>
  after.filter((holder) => !before.some((each) => holderKey(each) === holderKey(holder)));

const ofOneService = (right: Right): ServiceName | null => (right.kind === 'member' ? null : right.service);

function rightMistake(right: Right): string | null {
  if (right.kind === 'role' && right.role === 'operator' && right.service !== null)
    return 'an operator is one for all services: leave out the service';
  if (right.kind === 'member' && isTeam(right.holder)) return 'a team has persons as members, not teams';
  return null;
}

/** Who could grant before a right was revoked, and who could after. */
export interface OperatorsChange {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Why it can't be revoked; `null` when it can: whatever made the last of them an operator, somebody must be left who can grant.
 * Else every release owner could again make themself the first.
 */
export const whyNotRevoked = ({ before, after }: OperatorsChange, right: Right): string | null =>
  before.length > 0 && after.length === 0
    ? `nobody else is an operator: unless ${rightText(right)}, nobody could grant anything`
    : null;
