import type { TeamName } from '../names.ts';
import { named } from '../progress/plain-text.ts';
import type { ApprovePolicy, ApproverGroup } from '../spec/service-spec.ts';
import type { Role } from '../states.ts';

/** What a person is, for one service. */
export interface Capacities {
  readonly roles: readonly Role[];
  readonly teams: readonly TeamName[];
}

export const belongsTo = ({ roles, teams = [] }: ApproverGroup, who: Capacities): boolean =>
  roles.some((role) => who.roles.includes(role)) || teams.some((team) => who.teams.includes(team));

/** Whether an approval of theirs counts at all; nobody's does where nobody is asked. */
export const mayApprove = (policy: ApprovePolicy | null, who: Capacities): boolean =>
  policy !== null && [policy, ...(policy.among ?? [])].some((group) => belongsTo(group, who));

/** `release-owner`, `release-owner or team payments` */
export function whoMayApprove(policy: ApprovePolicy): string {
  const groups = [policy, ...(policy.among ?? [])];
  return named([...new Set(groups.flatMap(membersOf))], 6).replace(/, (?=[^,]*$)/, ' or ');
}

/** `team security` */
export const groupText = (group: ApproverGroup): string => membersOf(group).join(' or ');

const membersOf = ({ roles, teams = [] }: ApproverGroup): readonly string[] => [
  ...roles,
  ...teams.map((team) => `team ${team}`),
];
