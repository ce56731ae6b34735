import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ApprovePolicy } from '../spec/service-spec.ts';
import type { Role } from '../states.ts';
import type { Approval } from './approval.ts';
import { decideQuorum } from './quorum.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const minutes = (count: number): string => new Date(now + count * 60_000).toISOString();
const by = (approver: string, changed: Partial<Approval> = {}): Approval => ({
  approver,
  role: 'release-owner',
  approvedAt: minutes(-10),
  ...changed,
});
const policy = (quorum: number, roles: readonly Role[] = ['release-owner']): ApprovePolicy => ({
  quorum,
  roles,
  expiresMs: 240 * 60_000,
});
const excluded = ['lin', 'Pat'];

test.each([
  ['nobody', 1, [], 0],
  ['one who may', 1, [by('mo')], 1],
  ['two who may', 2, [by('mo'), by('ada')], 2],
  ['the same person twice', 2, [by('mo'), by('mo')], 1],
  ['the same person in other letters', 2, [by('mo'), by('MO '), by('Mo')], 1],
  ['the author', 1, [by('lin')], 0],
  ['the author, shouting', 1, [by('LIN')], 0],
  ['the pusher', 1, [by('pat')], 0],
  ['a role that does not count', 1, [by('mo', { role: 'deployer' })], 0],
  ['one given nearly as long ago as the policy allows', 1, [by('mo', { approvedAt: minutes(-239) })], 1],
  ['an expired one', 1, [by('mo', { approvedAt: minutes(-240) })], 0],
  ['one without a date', 1, [by('mo', { approvedAt: 'soon' })], 0],
  ['an expired and a fresh one of one person', 1, [by('mo', { approvedAt: minutes(-241) }), by('mo')], 1],
])('%s: of %d wanted', (_, wanted, approvals, given) => {
  const decision = decideQuorum({ policy: policy(wanted), approvals, excluded, nowMs: now });
  expect(decision).toMatchObject({ given, wanted, outcome: given >= wanted ? 'met' : 'waiting' });
  expect(decision.counted).toHaveLength(given);
});

describe('a quorum', () => {
  test('of nobody is met at once', () => {
    expect(decideQuorum({ policy: null, approvals: [], excluded, nowMs: now })).toMatchObject({
      outcome: 'met',
      wanted: 0,
    });
  });

  test('may be of several roles', () => {
    const approvals = [by('mo'), by('ada', { role: 'deployer' })];
    const both = policy(2, ['release-owner', 'deployer']);
    expect(decideQuorum({ policy: both, approvals, excluded, nowMs: now }).outcome).toBe('met');
  });

  test('counts the oldest approval of each person, and tells them oldest first', () => {
    const approvals = [by('mo'), by('ada', { approvedAt: minutes(-20) }), by('MO', { approvedAt: minutes(-30) })];
    const { counted, nextExpiryMs } = decideQuorum({ policy: policy(2), approvals, excluded, nowMs: now });
    expect(counted.map(({ approver }) => approver)).toEqual(['MO', 'ada']);
    expect(nextExpiryMs).toBe(now + 210 * 60_000);
  });

  test('that nobody has given anything to has no end', () => {
    const none = { policy: policy(1), approvals: [], excluded, nowMs: now };
    expect(decideQuorum(none)).toEqual({
      outcome: 'waiting',
      given: 0,
      wanted: 1,
      missing: [],
      counted: [],
      nextExpiryMs: null,
    });
    const ofNobody = { ...none, policy: null };
    expect(decideQuorum(ofNobody)).toEqual({
      outcome: 'met',
      given: 0,
      wanted: 0,
      missing: [],
      counted: [],
      nextExpiryMs: null,
    });
  });

  test('tells when the first of its approvals ends', () => {
    const approvals = [by('mo'), by('ada', { approvedAt: minutes(-235) })];
    const { nextExpiryMs } = decideQuorum({ policy: policy(2), approvals, excluded, nowMs: now });
    expect(nextExpiryMs).toBe(now + 5 * 60_000);
  });

  test('is never met by the excluded, nor by more approvals than persons', () => {
    const person = fc.constantFrom('lin', 'LIN', 'pat', 'mo', 'Mo', 'ada');
    fc.assert(
      fc.property(fc.array(person), fc.integer({ min: 1, max: 4 }), (people, quorum) => {
        const approvals = people.map((name) => by(name));
        const { outcome, counted } = decideQuorum({ policy: policy(quorum), approvals, excluded, nowMs: now });
        const persons = new Set(
          people.map((name) => name.toLowerCase()).filter((name) => name === 'mo' || name === 'ada'),
        );
        return counted.length === persons.size && (outcome === 'met') === persons.size >= quorum;
      }),
    );
  });
});
