import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commitStates, newestByContext, type CommitState, type CommitStatus } from './commit-status.ts';
import { isNewer, type ReportedStatus } from './reported-status.ts';
import { decideChecks, failedChecksText, overdueChecksText, requiredChecksText } from './required-checks.ts';

const at = (minute: number): string => `2026-11-24T12:${String(minute).padStart(2, '0')}:00.000Z`;
const status = (context: string, state: CommitState, minute = 0): CommitStatus => ({
  context,
  state,
  url: null,
  at: at(minute),
});
const [lint, unit] = ['ci/lint', 'ci/unit'];

describe('required checks', () => {
  test.each<[string, readonly CommitStatus[], object]>([
    ['nothing was reported', [], { outcome: 'waiting', missing: [lint, unit], pending: [] }],
    ['one is missing', [status(lint, 'success')], { outcome: 'waiting', missing: [unit], pending: [] }],
    [
      'one is pending',
      [status(lint, 'success'), status(unit, 'pending')],
      { outcome: 'waiting', missing: [], pending: [unit] },
    ],
    ['all are green', [status(lint, 'success'), status(unit, 'success')], { outcome: 'passed' }],
    ['one failed while another is missing', [status(unit, 'failure')], { outcome: 'failed' }],
    ['one could not be run', [status(lint, 'success'), status(unit, 'error')], { outcome: 'failed' }],
    [
      'one that nobody asked for failed',
      [status(lint, 'success'), status(unit, 'success'), status('ci/docs', 'failure')],
      { outcome: 'passed' },
    ],
    [
      'one failed and was run again',
      [status(lint, 'success'), status(unit, 'success', 9), status(unit, 'failure', 2)],
      { outcome: 'passed' },
    ],
    [
      'one was green and runs again',
      [status(lint, 'success'), status(unit, 'pending', 9), status(unit, 'success', 2)],
      { outcome: 'waiting', missing: [], pending: [unit] },
    ],
    [
      'one name in other letters',
      [status('CI/lint', 'success'), status(unit, 'success')],
      { outcome: 'waiting', missing: [lint], pending: [] },
    ],
  ])('%s', (_, statuses, decision) => {
    expect(decideChecks([lint, unit], statuses)).toMatchObject(decision);
    expect(decideChecks([lint, unit], statuses.toReversed())).toMatchObject(decision);
  });

  test('of two at the same time the worse counts', () => {
    const both = [status(lint, 'success'), status(lint, 'failure')];
    for (const statuses of [both, both.toReversed()])
      expect(decideChecks([lint], statuses)).toMatchObject({ outcome: 'failed' });
  });

  const anyStatus = fc.record({
    context: fc.constantFrom('a', 'b', 'c', 'toString'),
    state: fc.constantFrom(...commitStates),
    url: fc.constant(null),
    at: fc.integer({ min: 0, max: 9 }).map(at),
  });
  const required = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'constructor'), { minLength: 1 });

  test('pass only when the newest of each is a success, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(fc.array(anyStatus), required, (statuses, require) => {
        const decision = decideChecks(require, statuses);
        const green = require.every((context) => {
          const own = statuses.filter((each) => each.context === context);
          const newest = own.filter((each) => own.every((other) => other.at <= each.at));
          return newest.length > 0 && newest.every(({ state }) => state === 'success');
        });
        expect(decision.outcome === 'passed').toBe(green);
        expect(decideChecks(require, [...statuses, ...statuses.toReversed()]).outcome).toBe(decision.outcome);
      }),
    );
  });

  test("what counts doesn't depend on the order", () => {
    fc.assert(
      fc.property(fc.array(anyStatus), (statuses) => {
        const states = (list: readonly CommitStatus[]) =>
          [...newestByContext(list).values()].map(({ context, state }) => `${context} ${state}`).toSorted();
        expect(states(statuses.toReversed())).toEqual(states(statuses));
      }),
    );
  });
});

describe('what a provider delivers', () => {
  const reported = fc.record({
    at: fc.integer({ min: 0, max: 3 }).map(at),
    sequence: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom(...commitStates),
  });
  const delivered = (more: Partial<ReportedStatus>): ReportedStatus => ({
    ...status(lint, 'success'),
    repository: 'acme/checkout',
    commit: 'a'.repeat(40),
    sequence: 1,
    ...more,
  });

  test.each<[string, Partial<ReportedStatus>, Partial<ReportedStatus>, boolean]>([
    ['a later one', { at: at(1) }, {}, true],
    ['an earlier one', {}, { at: at(1) }, false],
    ['a later number at the same time', { sequence: 2 }, {}, true],
    ['the end of what was pending, at the same time', {}, { state: 'pending' }, true],
    ['a pending that comes after its end', { state: 'pending' }, {}, false],
    ['the same again', {}, {}, false],
  ])('%s', (_, one, known, newer) => expect(isNewer(delivered(one), delivered(known))).toBe(newer));

  test('two never replace each other', () => {
    fc.assert(
      fc.property(
        reported,
        reported,
        (a, b) => !(isNewer(delivered(a), delivered(b)) && isNewer(delivered(b), delivered(a))),
      ),
    );
  });
});

describe('people read', () => {
  test('what failed, and where', () => {
    const bad = [{ ...status(lint, 'failure'), url: 'https://ci.example/7' }, status(unit, 'error')];
    expect(failedChecksText(bad)).toBe('ci/lint reported failure (https://ci.example/7); ci/unit reported error');
  });

  test('what was waited for in vain', () => {
    const required = { require: [lint, unit], withinMs: 1_800_000 };
    expect(requiredChecksText(required)).toBe('ci/lint, ci/unit within 30 min');
    expect(overdueChecksText(required, { missing: [unit], pending: [lint] }, null)).toBe(
      'after 30 min ci/unit has not reported, ci/lint is pending',
    );
    expect(overdueChecksText(required, { missing: [lint, unit], pending: [] }, 'it answers 500')).toBe(
      'after 30 min ci/lint, ci/unit have not reported; the last look ended in: it answers 500',
    );
  });
});
