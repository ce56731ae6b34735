import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { samePerson } from '../approval/same-person.ts';
import { regionName, releaseNumber } from '../names.ts';
import { carriedAlong, madeNeedless, type Queued } from './superseding.ts';
import { takenBack, takenBackSince, type Merged } from './taken-back.ts';

const commitOf = (release: number) => release.toString(16).repeat(40).slice(0, 40);
const merge = (release: number, branch = 'main', commit = commitOf(release)): Queued => ({
  kind: 'rollout',
  release: releaseNumber(release),
  merge: { branch, commit },
  hotfix: false,
  althoughReverted: false,
});
const asked = (release: number, changed: Partial<Queued> = {}): Queued => ({
  ...merge(release),
  merge: null,
  ...changed,
});
/** Release `of` is a merge whose commit takes back that of `takes`. */
const merged = (release: number, takes?: number): Merged => ({
  release: releaseNumber(release),
  branch: 'main',
  commits: [{ commit: commitOf(release), pull: null }],
  reverts: takes === undefined ? [] : [{ by: commitOf(release), commit: commitOf(takes) }],
});

const needless = (newer: Queued, waiting: readonly Queued[], merges: readonly Merged[] = []) =>
  madeNeedless(newer, waiting, merges).map(({ one, takenBack: gone }) => [one.release, gone?.by ?? 'newer']);

describe('a newer commit of the branch makes needless', () => {
  test.each([
    ['nothing that waits', [], []],
    ['a merge', [merge(1)], [[1, 'newer']]],
    [
      'several',
      [merge(1), merge(2)],
      [
        [1, 'newer'],
        [2, 'newer'],
      ],
    ],
    ['not what a person asked for', [asked(1), merge(2)], [[2, 'newer']]],
    ['not one that goes first as a hotfix', [{ ...merge(1), hotfix: true }], []],
    ['not a merge of another branch', [merge(1, 'release')], []],
    ['not the same commit again', [merge(1, 'main', commitOf(9))], []],
  ])('%s', (_, waiting, expected) => expect(needless(merge(9), waiting)).toEqual(expected));

  test('what a person asks for makes no merge needless', () => expect(needless(asked(9), [merge(1)])).toEqual([]));
});

describe('a release that takes a commit back makes needless what brings it', () => {
  const merges = [merged(1), merged(2), merged(9, 1)];
  test.each([
    ['whoever asked for it', [asked(1)], [[1, 9]]],
    ['also with others', [asked(2)], [[2, 9]]],
    ['a merge that goes first as a hotfix', [{ ...merge(1, 'release'), hotfix: true }], [[1, 9]]],
    ['not what was asked for although it was taken back', [asked(1, { althoughReverted: true })], []],
    ['not a rollback: the fire exit does not jam', [asked(1, { kind: 'rollback' })], []],
  ])('%s', (_, waiting, expected) => {
    expect(needless(merge(9), waiting, merges)).toEqual(expected);
    expect(needless(asked(9), waiting, merges)).toEqual(expected);
  });

  test('a rollback makes nothing needless', () =>
    expect(needless(asked(9, { kind: 'rollback' }), [asked(1), merge(2)], merges)).toEqual([]));
});

type Arrival = { readonly merge: boolean; readonly branch: string; readonly pick: number; readonly insists: boolean };
const arrivals: fc.Arbitrary<Arrival[]> = fc.array(
  fc.record({
    merge: fc.boolean(),
    branch: fc.constantFrom('main', 'main', 'release'),
    pick: fc.nat(30),
    insists: fc.nat(9).map((choice) => choice === 0),
  }),
  { maxLength: 14 },
);

/** The lane as it takes each in: a merge may take back what came before, a person may ask for any that was merged. */
function take(all: readonly Arrival[], look: (queue: readonly Queued[], merges: readonly Merged[]) => void): void {
  let queue: readonly Queued[] = [];
  const merges: Merged[] = [];
  const enter = (one: Queued): void => {
    const gone = madeNeedless(one, queue, merges).map((each) => each.one);
    queue = [...queue.filter((each) => !gone.includes(each)), one];
    look(queue, merges);
  };
  for (const { merge: isMerge, branch, pick, insists } of all) {
    if (isMerge) {
      const release = merges.length + 1;
      merges.push({ ...merged(release, pick < merges.length ? pick + 1 : undefined), branch });
      enter(merge(release, branch));
    } else if (merges.length > 0) {
      const one = asked((pick % merges.length) + 1, { althoughReverted: insists });
      const standing = queue.map(({ release }) => release);
      if (insists || takenBackSince(one.release, standing, merges) === null) enter(one);
    }
  }
}

test('for any queue, what starts next is never a commit whose later revert stands in the queue', () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      take(all, (queue, merges) => {
        const [next] = queue;
        if (next === undefined || next.althoughReverted) return;
        const later = queue.filter(({ release }) => release > next.release);
        expect(later.filter(({ release }) => takenBack(next.release, release, merges) !== null)).toEqual([]);
      });
    }),
  );
});

test('one merge of a branch is left to wait, the newest', () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      take(all, (queue, merges) => {
        for (const branch of ['main', 'release']) {
          const left = queue.filter((each) => each.merge?.branch === branch);
          const newest = merges.findLast((each) => each.branch === branch);
          expect(left.map(({ release }) => release)).toEqual(newest === undefined ? [] : [newest.release]);
        }
      });
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

test('what takes a commit back in some regions leaves what waits for the others', () => {
  const [eu, us] = [regionName('eu-west'), regionName('us-east')];
  const merges = [merged(1), merged(2, 1)];
  const newer = asked(2, { regions: [eu] });
  expect(needless(newer, [asked(1), asked(1, { regions: [eu, us] })], merges)).toEqual([]);
  expect(needless(newer, [asked(1, { regions: [eu] })], merges)).toEqual([[1, 2]]);
  expect(needless(asked(2), [asked(1, { regions: [eu] })], merges)).toEqual([[1, 2]]);
});
