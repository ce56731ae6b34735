import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { teamName } from '../names.ts';
import type { ApprovePolicy } from '../spec/service-spec.ts';
import type { Approval } from './approval.ts';
import { mayApprove, whoMayApprove } from './eligible.ts';
import { decideQuorum } from './quorum.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const [payments, security, legal] = ['payments', 'security', 'legal'].map(teamName) as [
  ReturnType<typeof teamName>,
  ReturnType<typeof teamName>,
  ReturnType<typeof teamName>,
];
const policy: ApprovePolicy = {
  quorum: 2,
  roles: ['release-owner'],
  teams: [payments],
  among: [{ quorum: 1, roles: [], teams: [security] }],
  expiresMs: 3_600_000,
};
const of = (approver: string, ...teams: (typeof payments)[]): Approval => ({
  approver,
  role: null,
  roles: [],
  teams,
  approvedAt: '2026-11-24T11:55:00Z',
});
const owner = (approver: string): Approval => ({ ...of(approver), role: 'release-owner', roles: ['release-owner'] });

test.each([
  ['a role', { roles: ['release-owner'], teams: [] }, true],
  ['a team', { roles: [], teams: [payments] }, true],
  ['a team of a group', { roles: ['deployer'], teams: [security] }, true],
  ['another role and team', { roles: ['deployer', 'operator'], teams: [legal] }, false],
] as const)('an approval counts by %s', (_, who, may) => {
  expect(mayApprove(policy, who)).toBe(may);
  expect(mayApprove(null, who)).toBe(false);
});

test('who counts is said in words', () => {
  expect(whoMayApprove(policy)).toBe('release-owner, team payments or team security');
  expect(whoMayApprove({ ...policy, among: [], teams: [] })).toBe('release-owner');
});

describe('a quorum with a group', () => {
  test.each<[string, Approval[], number, 'met' | 'waiting', string[]]>([
    ['nobody', [], 0, 'waiting', ['1 of team security']],
    ['two who are not of it', [owner('mo'), of('kim', payments)], 1, 'waiting', ['1 of team security']],
    ['one of it', [of('eve', security)], 1, 'waiting', []],
    ['one of it and another', [of('eve', security), of('kim', payments)], 2, 'met', []],
    ['two of it', [of('eve', security), of('sam', security)], 2, 'met', []],
    ['one of it twice', [of('eve', security), of('EVE', security)], 1, 'waiting', []],
    ['one of it who made the change', [of('lin', security), owner('mo')], 1, 'waiting', ['1 of team security']],
  ])('by %s', (_, approvals, given, outcome, missing) => {
    expect(decideQuorum({ policy, approvals, excluded: ['lin'], nowMs: now })).toMatchObject({
      given,
      outcome,
      missing,
      wanted: 2,
    });
  });

  test('is met only by enough persons, of whom enough are of each group', () => {
    const person = fc.record({
      name: fc.constantFrom('mo', 'kim', 'eve', 'sam', 'lin'),
      teams: fc.subarray([payments, security, legal]),
    });
    fc.assert(
      fc.property(fc.array(person), fc.integer({ min: 1, max: 3 }), (people, quorum) => {
        const approvals = people.map(({ name, teams }) => of(name, ...teams));
        const asked = { ...policy, quorum };
        const { outcome, counted, given } = decideQuorum({ policy: asked, approvals, excluded: ['lin'], nowMs: now });
        const isMet = counted.length >= quorum && counted.some(({ teams = [] }) => teams.includes(security));
        return (
          (outcome === 'met') === isMet && given >= quorum === isMet && counted.every((each) => each.approver !== 'lin')
        );
      }),
    );
  });
});
