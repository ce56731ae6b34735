import type { TeamName } from '../names.ts';
import type { Role } from '../states.ts';

/** Verbs that need a signed token, because they let things go on; all others only stop things. */
export const approvalVerbs = ['approve', 'resume', 'promote', 'skip-region', 'end-undo', 'break-glass'] as const;
export type ApprovalVerb = (typeof approvalVerbs)[number];

/**
 * A verified token: this person agreed to the binding. It counts for as long as the policy says (`approve.expires`) from
 * when it was accepted; how long the token could be delivered is another matter.
 */
export interface Approval {
  readonly approver: string;
  /** In which the token was given; `null` for who has none and is in a team that is asked. */
  readonly role: Role | null;
  /** All that the person had when it was accepted; the version before knew only the one above. */
  readonly roles?: readonly Role[];
  /** As above; the version before knew none. */
  readonly teams?: readonly TeamName[];
  /** When it was accepted; RFC 3339, UTC. */
  readonly approvedAt: string;
}
