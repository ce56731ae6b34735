import type { ApprovePolicy } from '../spec/service-spec.ts';
import type { Approval } from './approval.ts';

export interface QuorumInput {
  /** `null`: no person is asked. */
  readonly policy: ApprovePolicy | null;
  readonly approvals: readonly Approval[];
  /** Author and pusher of the change: nobody approves a change of their own. */
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

/** No two logins differ only in case, so `Lin` is `lin`: else a person could approve their own change by shouting. */
export const samePerson = (person: string): string => person.trim().toLowerCase();

function counts(approval: Approval, policy: ApprovePolicy, nowMs: number): boolean {
  return policy.roles.includes(approval.role) && nowMs < expiryOf(approval, policy);
}

/** The token's own end or the policy's, whichever comes first. NaN (no date) never counts: nothing is less than it. */
function expiryOf(approval: Approval, policy: ApprovePolicy): number {
  return Math.min(Date.parse(approval.expiresAt), Date.parse(approval.approvedAt) + policy.expiresMs);
}
