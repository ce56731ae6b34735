import { expect, test } from '@jest/globals';
import { serviceName, teamName } from '../names.ts';
import type { ApprovePolicy } from '../spec/service-spec.ts';
import { howToCount } from './how-to-count.ts';

const [payments, security] = [teamName('payments'), teamName('security')];
const policy: ApprovePolicy = { quorum: 1, roles: [], expiresMs: 3_600_000 };
const byOwner =
  'An owner of checkout or an operator can grant it: slipway grant eve --role release-owner --service checkout';

test.each<[string, ApprovePolicy, string]>([
  ['a role is asked', { ...policy, roles: ['release-owner'] }, byOwner],
  ['several are asked', { ...policy, roles: ['operator', 'release-owner'] }, byOwner],
  [
    'only operators are',
    { ...policy, roles: ['operator'] },
    'An operator can grant it: slipway grant eve --role operator',
  ],
  ['only a team is', { ...policy, teams: [payments] }, 'An operator can grant it: slipway grant eve --team payments'],
  ['a role or a team is', { ...policy, roles: ['release-owner'], teams: [payments] }, byOwner],
  [
    'a team has to be among them, and nobody else is asked',
    { ...policy, among: [{ quorum: 1, roles: [], teams: [security] }] },
    'An operator can grant it: slipway grant eve --team security',
  ],
])('who would count where %s is told how', (_, asked, how) =>
  expect(howToCount('eve', asked, serviceName('checkout'))).toBe(how),
);
