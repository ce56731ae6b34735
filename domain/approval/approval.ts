import type { Role } from '../states.ts';

/** Verbs that need a signed token, because they let things go on; all others only stop things. */
export const approvalVerbs = ['approve', 'resume', 'promote', 'skip-region', 'end-undo'] as const;
export type ApprovalVerb = (typeof approvalVerbs)[number];

/**
 * A verified token: this person, in this role, agreed to the deployment's binding. It counts for as long as the policy
 * says (`approve.expires`) from when it was accepted; how long the token could be delivered is another matter.
 */
export interface Approval {
  readonly approver: string;
  readonly role: Role;
  /** When it was accepted; RFC 3339, UTC. */
  readonly approvedAt: string;
}
