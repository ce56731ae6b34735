import { samePerson } from '../approval/same-person.ts';
import type { ServiceName, TeamName } from '../names.ts';
import type { Role } from '../states.ts';

/** Who has a right: a person, `lin`, or all members of a team, `team:payments`. */
export type Holder = string;

export const teamHolder = (team: TeamName): Holder => `team:${team}`;
export const isTeam = (holder: Holder): boolean => holderKey(holder).startsWith('team:');

/** As it is kept and compared: logins don't differ in case. */
export const holderKey = (holder: Holder): Holder => samePerson(holder);

/** As people write it, `Team: payments`, in the one form that is a team's; a person's login is left in its case. */
export const writtenHolder = (text: string): Holder => text.trim().replace(/^team\s*:\s*/i, 'team:');

/** What can be granted and revoked. */
export type Right =
  /** `service`: `null` for all of them. */
  | { readonly kind: 'role'; readonly holder: Holder; readonly role: Role; readonly service: ServiceName | null }
  | { readonly kind: 'owner'; readonly holder: Holder; readonly service: ServiceName }
  | { readonly kind: 'member'; readonly holder: Holder; readonly team: TeamName };

/** `mo is release-owner of checkout`, `mo is in team payments` */
export function rightText(right: Right): string {
  if (right.kind === 'member') return `${right.holder} is in team ${right.team}`;
  if (right.kind === 'owner') return `${right.holder} owns ${right.service}`;
  return `${right.holder} is ${right.role} of ${right.service ?? 'all services'}`;
}

/** `slipway grant mo --role release-owner --service checkout` */
export const grantCommand = (person: string, role: Role, service: ServiceName | null): string =>
  `slipway grant ${person} --role ${role}${service === null ? '' : ` --service ${service}`}`;

/** Whether a person is among owners: by name, or by a team of theirs. */
export const ownsBy = (owners: readonly Holder[], person: string, teams: readonly TeamName[]): boolean => {
  const own = [person, ...teams.map(teamHolder)].map(holderKey);
  return owners.some((owner) => own.includes(holderKey(owner)));
};

/** Who can give a role that is missing, and by which command. */
export function howToGetRole(person: string, role: Role, service: ServiceName | null): string {
  const who = service === null || role === 'operator' ? 'An operator' : `An owner of ${service} or an operator`;
  return `${who} can grant it: ${grantCommand(person, role, role === 'operator' ? null : service)}`;
}
