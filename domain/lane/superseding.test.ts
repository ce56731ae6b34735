import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { samePerson } from '../approval/same-person.ts';
import { carriedAlong, madeNeedless } from './superseding.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const merge = (commit: string, branch = 'main') => ({ merge: { branch, commit } });
const byPerson = { merge: null };

test.each([
  ['nothing that waits', [], []],
  ['a merge', [merge(a)], [merge(a)]],
  ['several', [merge(a), merge(b)], [merge(a), merge(b)]],
  ['not what a person asked for', [byPerson, merge(a)], [merge(a)]],
  ['not a merge of another branch', [merge(a, 'release')], []],
  ['not the same commit again', [merge(c)], []],
])('a newer commit of the branch makes needless: %s', (_, waiting, needless) => {
  expect(madeNeedless({ branch: 'main', commit: c }, waiting)).toEqual(needless);
});

const commits = fc.constantFrom(a, b, c);
const branches = fc.constantFrom('main', 'release');
const waits = fc.array(
  fc.option(fc.record({ branch: branches, commit: commits }), { nil: null }).map((each) => ({ merge: each })),
);

test('one commit of a branch is left to wait, however many merges come, and all that persons asked for', () => {
  fc.assert(
    fc.property(waits, (arrivals) => {
      const queue = arrivals.reduce<(typeof arrivals)[number][]>((waiting, arriving) => {
        const needless = arriving.merge === null ? [] : madeNeedless(arriving.merge, waiting);
        return [...waiting.filter((each) => !needless.includes(each)), arriving];
      }, []);
      const left = queue.flatMap((each) => each.merge ?? []);
      for (const branch of ['main', 'release']) {
        const last = arrivals.findLast((each) => each.merge?.branch === branch)?.merge?.commit;
        const commitsLeft = new Set(left.filter((each) => each.branch === branch).map(({ commit }) => commit));
        expect([...commitsLeft]).toEqual(last === undefined ? [] : [last]);
      }
      const asked = arrivals.filter((each) => each.merge === null);
      expect(queue.filter((each) => each.merge === null)).toEqual(asked);
    }),
  );
});

test('who made what goes along is named once, also over several steps', () => {
  const first = carriedAlong([], { authors: ['lin', 'kim'], pusher: 'pat' });
  expect(first).toEqual(['lin', 'kim', 'pat']);
  expect(carriedAlong(['mo'], { authors: ['Kim'], pusher: 'MO', carries: first })).toEqual(['mo', 'Kim', 'lin', 'pat']);
});

test('nobody who made any of it is lost', () => {
  const persons = fc.array(fc.constantFrom('lin', 'Lin', 'kim', 'pat', 'mo', ' mo'));
  const makers = fc.record({ authors: persons, pusher: fc.constantFrom('lin', 'ada'), carries: persons });
  fc.assert(
    fc.property(fc.array(makers), (superseded) => {
      const carried = superseded.reduce<readonly string[]>(carriedAlong, []).map(samePerson);
      const all = superseded.flatMap(({ authors, pusher, carries }) => [...authors, pusher, ...carries]);
      expect(new Set(carried)).toEqual(new Set(all.map(samePerson)));
      expect(new Set(carried).size).toBe(carried.length);
    }),
  );
});
