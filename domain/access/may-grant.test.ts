import { describe, expect, test } from '@jest/globals';
import { serviceName, teamName } from '../names.ts';
import { whyMayNotGrant, whyMayNotReplaceOwners, whyNotRevoked, type Granter } from './may-grant.ts';
import { howToGetRole, isTeam, ownsBy, rightText, writtenHolder, type Right } from './right.ts';

const checkout = serviceName('checkout');
const payments = teamName('payments');
const ada: Granter = { person: 'ada', roles: [], ownsService: false, operators: ['ops'] };
const role = (more: Partial<Extract<Right, { kind: 'role' }>> = {}): Right => ({
  kind: 'role',
  holder: 'mo',
  role: 'release-owner',
  service: checkout,
  ...more,
});
const needs = 'ada needs the role operator, or to own checkout';
const member: Right = { kind: 'member', holder: 'mo', team: payments };
const owner: Right = { kind: 'owner', holder: 'team:payments', service: checkout };

test.each<[string, Granter, Right, string | null]>([
  ['an operator, a role', { ...ada, roles: ['operator'] }, role({ service: null }), null],
  ['an operator, a member', { ...ada, roles: ['operator'] }, member, null],
  ['an owner, a role of the service', { ...ada, ownsService: true }, role(), null],
  ['an owner, another owner', { ...ada, ownsService: true }, owner, null],
  ['an owner, a role of all', { ...ada, ownsService: true }, role({ service: null }), 'ada needs the role operator'],
  ['an owner, a member', { ...ada, ownsService: true }, member, 'ada needs the role operator'],
  ['a stranger', ada, role(), 'ada needs the role operator, or to own checkout'],
  ['a release owner', { ...ada, roles: ['release-owner'] }, member, 'ada needs the role operator'],
  [
    'a release owner, before there is an operator',
    { ...ada, roles: ['release-owner'], operators: [] },
    role({ role: 'operator', service: null }),
    null,
  ],
  [
    'a deployer, before there is one',
    { ...ada, roles: ['deployer'], operators: [] },
    member,
    'ada needs the role operator',
  ],
  [
    'an operator of one service',
    { ...ada, roles: ['operator'] },
    role({ role: 'operator' }),
    'an operator is one for all services: leave out the service',
  ],
  [
    'a team in a team',
    { ...ada, roles: ['operator'] },
    { ...member, holder: 'team:security' },
    'a team has persons as members, not teams',
  ],
])('granted by %s', (_, by, right, why) => expect(whyMayNotGrant(by, right)).toBe(why));

test.each<[string, Granter, string[], string | null]>([
  ['a release owner, who adds themself', { ...ada, roles: ['release-owner'] }, ['lin', 'team:payments', 'ada'], needs],
  ['a release owner, who takes one away', { ...ada, roles: ['release-owner'] }, ['team:payments'], needs],
  ['a release owner, who takes all away', { ...ada, roles: ['release-owner'] }, [], needs],
  ['a release owner, who leaves them', { ...ada, roles: ['release-owner'] }, ['team:payments', 'LIN'], null],
  ['an owner', { ...ada, ownsService: true }, ['ada'], null],
  ['an operator', { ...ada, roles: ['operator'] }, ['mo'], null],
])('owners are replaced by %s', (_, by, after, why) =>
  expect(whyMayNotReplaceOwners(by, checkout, { before: ['lin', 'team:payments'], after })).toBe(why),
);

describe('what is revoked', () => {
  const operator = role({ role: 'operator', service: null, holder: 'OPS' });
  const ofTeam: Right = { kind: 'member', holder: 'ops', team: payments };
  test.each<[string, Right, string[], string[], string | null]>([
    [
      'the last one',
      operator,
      ['ops'],
      [],
      'nobody else is an operator: unless OPS is operator of all services, nobody could grant anything',
    ],
    [
      'who is the last one by a team',
      ofTeam,
      ['ops'],
      [],
      'nobody else is an operator: unless ops is in team payments, nobody could grant anything',
    ],
    ['one of two', operator, ['kim', 'ops'], ['kim'], null],
    ['one of two reasons to be one', operator, ['ops'], ['ops'], null],
    ['something, before there is one', role(), [], [], null],
  ])('leaves somebody who can grant: %s', (_, right, before, after, why) =>
    expect(whyNotRevoked({ before, after }, right)).toBe(why),
  );
});

test.each([
  [' Team:payments', 'team:payments', true],
  ['TEAM : payments ', 'team:payments', true],
  ['team:Payments', 'team:Payments', true],
  [' Lin ', 'Lin', false],
])('%j is the holder %j', (text, holder, team) => {
  expect(writtenHolder(text)).toBe(holder);
  expect([isTeam(text), isTeam(holder)]).toEqual([/^\s*team:/i.test(text), team]);
});

test('owners are persons, and members of teams', () => {
  expect(ownsBy(['Lin', 'team:payments'], 'lin', [])).toBe(true);
  expect(ownsBy(['lin', 'team:payments'], 'mo', [payments])).toBe(true);
  expect(ownsBy(['lin', 'team:payments'], 'mo', [teamName('security')])).toBe(false);
});

test('rights and who can give them are said in words', () => {
  expect([role(), owner, member].map(rightText)).toEqual([
    'mo is release-owner of checkout',
    'team:payments owns checkout',
    'mo is in team payments',
  ]);
  expect(howToGetRole('mo', 'deployer', checkout)).toBe(
    'An owner of checkout or an operator can grant it: slipway grant mo --role deployer --service checkout',
  );
  expect(howToGetRole('mo', 'operator', checkout)).toBe('An operator can grant it: slipway grant mo --role operator');
});
