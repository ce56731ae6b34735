import { howToGetRole } from '../../../domain/access/right.ts';
import { mayApprove, whoMayApprove } from '../../../domain/approval/eligible.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { routes } from '../../../protocol/api/routes.ts';
import type { DeploymentMessages, DeploymentObject } from './deployment-messages.ts';

export interface MayNotReject {
  readonly detail: string;
  /** Who can give what is missing. */
  readonly next: string;
}

/**
 * Why this person may not reject it; `null` when they may. Who may agree may also say no: its workflow is asked whom it asks,
 * unless a role lets them anyway, or they are nothing at all.
 */
export async function whyMayNotReject(
  deployments: Pick<DeploymentMessages, 'status'>,
  { person, roles, teams = [] }: SignedIn,
  object: DeploymentObject,
): Promise<MayNotReject | null> {
  const { allows } = routes.pause;
  if (allows.some((role) => roles.includes(role))) return null;
  const isNothing = roles.length === 0 && teams.length === 0;
  const policy = isNothing ? null : ((await deployments.status(object)).asked?.policy ?? null);
  if (mayApprove(policy, { roles, teams })) return null;
  const needed = policy === null ? allows.join(' or ') : `${allows.join(' or ')}, or to be ${whoMayApprove(policy)}`;
  return { detail: `${person} needs the role ${needed}`, next: howToGetRole(person, allows[0]!, object.service) };
}
