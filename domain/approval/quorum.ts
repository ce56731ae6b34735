import type { ApprovePolicy } from '../spec/service-spec.ts';
import type { Approval } from './approval.ts';
import { belongsTo, groupText, mayApprove, type Capacities } from './eligible.ts';
import { isExcluded } from './excluded.ts';
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
  /** Approvals that bring it nearer: where one of a group is missing, others don't stand in for it. */
  readonly given: number;
  readonly wanted: number;
  /** `1 of team security`: groups of which not enough persons have agreed. */
  readonly missing: readonly string[];
  /** The approvals that count now, one a person, oldest first. */
  readonly counted: readonly Approval[];
  /** When the first of these stops counting; `null` when there is none. */
  readonly nextExpiryMs: number | null;
}

/** N distinct persons, each of a role or team of the policy, none of them excluded, each approval still fresh. */
export function decideQuorum({ policy, approvals, excluded, nowMs }: QuorumInput): QuorumDecision {
  if (policy === null) return { outcome: 'met', given: 0, wanted: 0, missing: [], counted: [], nextExpiryMs: null };
  const counted: Approval[] = [];
  const seen = new Set<string>();
  for (const approval of approvals.toSorted((a, b) => Date.parse(a.approvedAt) - Date.parse(b.approvedAt))) {
    const isOwn = isExcluded(excluded, approval.approver);
    if (isOwn || !counts(approval, policy, nowMs) || seen.has(samePerson(approval.approver))) continue;
    seen.add(samePerson(approval.approver));
    counted.push(approval);
  }
  const lacking = lackingOf(policy, counted);
  const places = policy.quorum - lacking.reduce((sum, { count }) => sum + count, 0);
  const given = lacking.length === 0 ? counted.length : Math.max(0, Math.min(counted.length, places));
  const expiries = counted.map((approval) => expiryOf(approval, policy));
  return {
    outcome: given >= policy.quorum ? 'met' : 'waiting',
    given,
    wanted: policy.quorum,
    missing: lacking.map(({ count, group }) => `${count} of ${group}`),
    counted,
    nextExpiryMs: expiries.length > 0 ? Math.min(...expiries) : null,
  };
}

/** Groups that have fewer persons than they must, and how many fewer. */
function lackingOf({ among = [] }: ApprovePolicy, counted: readonly Approval[]) {
  return among
    .map((group) => ({
      group: groupText(group),
      count: group.quorum - counted.filter((approval) => belongsTo(group, capacitiesOf(approval))).length,
    }))
    .filter(({ count }) => count > 0);
}

function counts(approval: Approval, policy: ApprovePolicy, nowMs: number): boolean {
  return mayApprove(policy, capacitiesOf(approval)) && nowMs < expiryOf(approval, policy);
}

const capacitiesOf = ({ role, roles = role === null ? [] : [role], teams = [] }: Approval): Capacities => ({
  roles,
  teams,
});

/** In ms since 1970. NaN (no date) never counts: nothing is less than it. */
const expiryOf = ({ approvedAt }: Approval, { expiresMs }: ApprovePolicy): number => Date.parse(approvedAt) + expiresMs;
