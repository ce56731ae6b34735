import type { ApprovePolicy } from '../spec/service-spec.ts';
import type { Approval } from './approval.ts';
import { samePerson } from './same-person.ts';

export interface QuorumInput {
  /** `null`: no person is asked. */
  readonly policy: ApprovePolicy | null;
  readonly approvals: readonly Approval[];
  /** Who may not approve it (`excluded.ts`). */
  readonly excluded: readonly string[];
  readonly nowMs: number;
}

export interface QuorumDecision {
  readonly outcome: 'met' | 'waiting';
  readonly given: number;
  readonly wanted: number;
  /** The approvals that count now, one a person, oldest first. */
  readonly counted: readonly Approval[];
  /** When the first of these stops counting; `null` when there is none. */
  readonly nextExpiryMs: number | null;
}

/** N distinct persons, each in a role of the policy, none of them excluded, each approval still fresh. */
export function decideQuorum({ policy, approvals, excluded, nowMs }: QuorumInput): QuorumDecision {
  if (policy === null) return { outcome: 'met', given: 0, wanted: 0, counted: [], nextExpiryMs: null };
  const counted: Approval[] = [];
  const seen = new Set(excluded.map(samePerson));
  for (const approval of approvals.toSorted((a, b) => Date.parse(a.approvedAt) - Date.parse(b.approvedAt))) {
    if (!counts(approval, policy, nowMs) || seen.has(samePerson(approval.approver))) continue;
    seen.add(samePerson(approval.approver));
    counted.push(approval);
  }
  const expiries = counted.map((approval) => expiryOf(approval, policy));
  return {
    outcome: counted.length >= policy.quorum ? 'met' : 'waiting',
    given: counted.length,
    wanted: policy.quorum,
    counted,
    nextExpiryMs: expiries.length > 0 ? Math.min(...expiries) : null,
  };
}

function counts(approval: Approval, policy: ApprovePolicy, nowMs: number): boolean {
  return policy.roles.includes(approval.role) && nowMs < expiryOf(approval, policy);
}

/** In ms since 1970. NaN (no date) never counts: nothing is less than it. */
const expiryOf = ({ approvedAt }: Approval, { expiresMs }: ApprovePolicy): number => Date.parse(approvedAt) + expiresMs;
