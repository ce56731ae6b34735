import type { KeyObject } from 'node:crypto';
import { isExcluded } from '../../domain/approval/excluded.ts';
import {
  approvalOf,
  bindingMatches,
  isSigned,
  verifyApprovalToken,
  type ApprovalClaims,
} from '../../protocol/approval-token.ts';
import type { VerifyApprovalInput, VerifyApprovalResult } from './contract.ts';
import { breakGlassRoles, type BrokenGlass } from '../../domain/approval/break-glass.ts';
import type { Capacities } from '../../domain/approval/eligible.ts';
import type { PersonRoles } from './person-roles.ts';

export interface ApprovalParts {
  /** The api's: it attests whom it signed in. */
  readonly approvalKey: KeyObject;
  readonly people: PersonRoles;
  readonly now: () => Date;
}

/** What is wrong with a token, for whoever sent it. Nothing of the token itself is repeated. */
export async function verifyApproval(parts: ApprovalParts, input: VerifyApprovalInput): Promise<VerifyApprovalResult> {
  const invalid = (reason: string, genuine = true): VerifyApprovalResult => ({ valid: false, genuine, reason });
  const now = parts.now();
  const verified = await verifyApprovalToken(input.token, {
    verb: input.verb,
    key: parts.approvalKey,
    now,
  });
  if (!verified.ok) return invalid(`the approval token is refused: ${verified.reason}`, isSigned(verified.reason));
  const { claims } = verified;
  const bound = bindingMatches(claims, input.binding);
  if (!bound.ok) return invalid(`the approval token is for another ${bound.differs}`);
  const who = await parts.people.capacitiesOf(claims.sub, input.binding.service);
  const obstacle = personProblem(claims, who, input);
  if (obstacle !== null) return invalid(obstacle);
  const broken = brokenBy(claims, now);
  return { valid: true, approval: approvalOf(claims, who, now), ...(broken && { broken }) };
}

function personProblem({ sub, role }: ApprovalClaims, who: Capacities, input: VerifyApprovalInput): string | null {
  if (input.verb === 'approve' && isExcluded(input.excluded, sub)) {
    return `${sub} made, pushed or asked for this change and can't approve it`;
  }
  // Members of a team that is asked may agree; whatever else takes a token takes a role.
  if (role === null && input.verb !== 'approve') return `${sub} needs a role for that`;
  if (role === null) return who.teams.length > 0 ? null : `${sub} is in no team`;
  if (!who.roles.includes(role)) return `${sub} is no ${role}`;
  const breaksGlass = input.verb !== 'break-glass' || breakGlassRoles.includes(role);
  return breaksGlass ? null : `${sub} is no ${breakGlassRoles.join(' or ')}`;
}

const brokenBy = ({ sub, role, emergency }: ApprovalClaims, now: Date): BrokenGlass | undefined =>
  role === null || emergency === undefined
    ? undefined
    : { person: sub, role, reason: emergency.reason, incident: emergency.incident, at: now.toISOString() };
