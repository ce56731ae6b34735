/** Who must agree, as a spec writes it: before a release may run, and before a stage begins. */
import { z } from 'zod';
import { breakGlassPolicies } from '../domain/approval/break-glass.ts';
import { teamName } from '../domain/names.ts';
import type { ApprovePolicy, ApproverGroup } from '../domain/spec/service-spec.ts';
import { roles } from '../domain/states.ts';
import { approvalTokenMaxAgeMs } from './approval-token.ts';
import { countField, durationField, list, mapping, nameField, ruled } from './service-spec-fields.ts';
import type { RuleMistake } from './service-spec-rules.ts';

const minute = 60_000;

const once = (named: readonly string[]): boolean => new Set(named).size === named.length;

const rolesField = list(z.enum(roles, { error: `must be one of ${roles.join(', ')}` }), roles.length, 'roles')
  .refine(once, 'must name each role once')
  .meta({ allowed: `list of roles: ${roles.join(', ')}` });

const teamsField = list(nameField, 20, 'teams')
  .refine(once, 'must name each team once')
  .meta({ allowed: 'list of at most 20 teams' });

const group = ruled(
  mapping({
    quorum: countField(1, 20).prefault(1).describe('Persons of it.'),
    roles: rolesField.optional().describe('A person with any of these is of it.'),
    teams: teamsField.optional().describe('A member of any of these is of it.'),
  }),
  ({ roles: named, teams }) =>
    named === undefined && teams === undefined ? [{ path: [], message: 'must have roles, teams or both' }] : [],
);

export const approveField = ruled(
  mapping({
    quorum: countField(1, 20).prefault(1).describe('How many persons, none of them the author.'),
    roles: rolesField
      .optional()
      .meta({ default: ['release-owner'] })
      .describe('A person with any of these may approve. Left out beside `teams`, only those teams may.'),
    teams: teamsField.optional().describe('A member of any of these may approve.'),
    among: list(group, 10, 'groups')
      .optional()
      .describe('Of these persons, so many at least from each group; who is of it may approve, too.'),
    expires: durationField(minute, approvalTokenMaxAgeMs)
      .prefault('4h')
      .describe('An approval counts this long; people are asked again after it.'),
    breakGlass: z
      .enum(breakGlassPolicies, { error: `must be one of ${breakGlassPolicies.join(', ')}` })
      .optional()
      .meta({ allowed: breakGlassPolicies.map((policy) => `\`${policy}\``).join(', ') })
      .describe('Who may go past it in an emergency. Left out, as the organisation has it, which is never loosened.'),
  }),
  approveMistakes,
);
type WrittenApprove = z.infer<typeof approveField>;

/** A quorum that its groups can't fit into would be another quorum than the one that is shown. */
function approveMistakes({ quorum, among = [] }: WrittenQuorum): readonly RuleMistake[] {
  const inAll = among.reduce((sum, each) => sum + each.quorum, 0);
  return inAll <= quorum ? [] : [{ path: ['among'], message: `asks for ${inAll} persons, and quorum for ${quorum}` }];
}
interface WrittenQuorum {
  readonly quorum: number;
  readonly among?: readonly { readonly quorum: number }[] | undefined;
}

export const approveOf = ({ quorum, among, expires, breakGlass, ...who }: WrittenApprove): ApprovePolicy => ({
  quorum,
  ...groupOf(who, ['release-owner']),
  ...(among && { among: among.map((each) => ({ quorum: each.quorum, ...groupOf(each, []) })) }),
  expiresMs: expires,
  ...(breakGlass && { breakGlass }),
});

type WrittenGroup = Pick<WrittenApprove, 'roles' | 'teams'>;

const groupOf = ({ roles: named, teams }: WrittenGroup, otherwise: ApproverGroup['roles']): ApproverGroup => ({
  roles: named ?? (teams === undefined ? otherwise : []),
  ...(teams && { teams: teams.map(teamName) }),
});

/** As a person would have written it: reading it gives the policy again. */
export const spelledOutApprove = (policy: ApprovePolicy): z.input<typeof approveField> => ({
  quorum: policy.quorum,
  ...spelledOutGroup(policy),
  ...(policy.among && {
    among: policy.among.map((each) => ({ quorum: each.quorum, ...spelledOutGroup(each) })),
  }),
  expires: `${policy.expiresMs}ms`,
  ...(policy.breakGlass && { breakGlass: policy.breakGlass }),
});

const spelledOutGroup = ({ roles: named, teams }: ApproverGroup) => ({
  ...(named.length > 0 && { roles: [...named] }),
  ...(teams && { teams: [...teams] }),
});
