import type { ServiceName } from '../names.ts';
import type { ApprovePolicy } from '../spec/service-spec.ts';
import type { Role } from '../states.ts';
import { howToGetRole } from './right.ts';

const strongestFirst: readonly Role[] = ['release-owner', 'deployer', 'operator'];

/** Who can let a person's approval count, and by which command: a role where one is asked, else the membership of a team. */
export function howToCount(person: string, policy: ApprovePolicy, service: ServiceName | null): string {
  const groups = [policy, ...(policy.among ?? [])];
  const role = strongestFirst.find((each) => groups.some(({ roles }) => roles.includes(each)));
  const [team] = groups.flatMap(({ teams = [] }) => teams);
  return role === undefined && team !== undefined
    ? `An operator can grant it: slipway grant ${person} --team ${team}`
    : howToGetRole(person, role ?? 'release-owner', service);
}
