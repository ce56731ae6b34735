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
  const obstacle = await personProblem(parts.people, claims, input);
  return obstacle === null ? { valid: true, approval: approvalOf(claims, now) } : invalid(obstacle);
}

async function personProblem(
  people: PersonRoles,
  { sub, role }: ApprovalClaims,
  input: VerifyApprovalInput,
): Promise<string | null> {
  if (input.verb === 'approve' && isExcluded(input.excluded, sub)) {
    return `${sub} made, pushed or asked for this change and can't approve it`;
  }
  const roles = await people.rolesOf(sub);
  return roles.includes(role) ? null : `${sub} is no ${role}`;
}
