import { expect, test } from '@jest/globals';
import { serviceName, teamName } from '../names.ts';
import type { Right } from './right.ts';
import { whatStillGives, type RightSources } from './still-held.ts';

const checkout = serviceName('checkout');
const none: RightSources = { tokenRoles: [], teams: [], grants: [], owners: [] };
const role: Right = { kind: 'role', holder: 'Mo', role: 'deployer', service: checkout };
const grant = (holder: string, service = '') => ({ holder, role: 'deployer', service }) as const;

test.each<[string, Right, Partial<RightSources>, string[]]>([
  ['nothing', role, {}, []],
  ['a token', role, { tokenRoles: ['deployer'] }, ['a token of Mo came with the role deployer']],
  ['a token of another role', role, { tokenRoles: ['operator'] }, []],
  ['the same for all services', role, { grants: [grant('mo')] }, ['mo is deployer of all services']],
  ['the same for another service', role, { grants: [grant('mo', 'search')] }, []],
  ['the same of another person', role, { grants: [grant('ada')] }, []],
  [
    'a team',
    role,
    { teams: [teamName('payments')], grants: [grant('team:payments', 'checkout'), grant('team:search')] },
    ['team:payments is deployer of checkout'],
  ],
  ['a role for one, after that for all', { ...role, service: null }, { grants: [grant('mo', 'checkout')] }, []],
  [
    'the team that owns it',
    { kind: 'owner', holder: 'mo', service: checkout },
    { teams: [teamName('payments')], owners: ['lin', 'team:payments'] },
    ['team:payments owns checkout'],
  ],
  ['a team, of who was in it', { kind: 'member', holder: 'mo', team: teamName('payments') }, { owners: ['mo'] }, []],
])('a right that was revoked is had all the same by %s', (_, right, sources, still) =>
  expect(whatStillGives(right, { ...none, ...sources })).toEqual(still),
);
