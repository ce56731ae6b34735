import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { releaseNumber, serviceName } from '../names.ts';
import { takenBack, takenBackSince, takenBackText, type Merged } from './taken-back.ts';

const id = (name: string) => name.repeat(40).slice(0, 40);

/** `b` is a commit, `b-a` one that takes `a` back, `b(7)` has pull request 7, `b-7` takes that back. */
function commitOf(text: string) {
  const [, name, pull, of] = /^(\w)(?:\((\d+)\))?(?:-(\w))?$/.exec(text)!;
  const by = id(name!);
  const revert = of === undefined ? [] : [/\d/.test(of) ? { by, pull: Number(of) } : { by, commit: id(of) }];
  return { brought: { commit: by, pull: pull === undefined ? null : Number(pull) }, revert };
}

/** Release 1, 2, … of one branch, each with its commits. */
const merges = (...texts: readonly string[]): Merged[] =>
  texts.map((text, at) => {
    const commits = text.split(' ').map(commitOf);
    return {
      release: releaseNumber(at + 1),
      branch: 'main',
      commits: commits.map(({ brought }) => brought),
      reverts: commits.flatMap(({ revert }) => revert),
    };
  });
const ask = (release: number, until: number, all: readonly Merged[]) =>
  takenBack(releaseNumber(release), releaseNumber(until), all);

test.each([
  ['its only commit', 1, 2, merges('a', 'b-a'), { commit: id('a'), by: 2 }],
  ['by its pull request', 1, 2, merges('a(7)', 'b-7'), { commit: id('a'), by: 2 }],
  ['one of several commits', 1, 2, merges('a c d', 'b-c'), { commit: id('c'), by: 2 }],
  ['a commit that an earlier release brought', 2, 3, merges('a', 'c', 'b-a'), { commit: id('a'), by: 3 }],
  ['in the midst of other merges', 1, 4, merges('a', 'c', 'b-a', 'd'), { commit: id('a'), by: 3 }],
  ['nothing: the revert is in it', 2, 3, merges('a', 'b-a', 'c'), null],
  ['nothing: reverted in the same merge', 1, 2, merges('a b-a', 'c'), null],
  ['nothing: the revert comes later than asked', 1, 2, merges('a', 'c', 'b-a'), null],
  ['nothing: brought back again', 1, 3, merges('a', 'b-a', 'c-b'), null],
  ['once more, after all', 1, 4, merges('a', 'b-a', 'c-b', 'd-c'), { commit: id('a'), by: 4 }],
  ['nothing: two had taken it back, and one of the two is', 1, 3, merges('a', 'b-a c-a', 'd-c'), null],
  ['nothing: what it takes back is not known here', 1, 2, merges('a', 'b-z'), null],
])('taken back: %s', (_, release, until, all, expected) => expect(ask(release, until, all)).toEqual(expected));

test('merges are read by their numbers, in whatever order they are known', () => {
  const all = merges('a', 'b-a', 'c-b');
  expect(ask(1, 2, all.toReversed())).toEqual({ commit: id('a'), by: 2 });
  expect(ask(1, 3, all.toReversed())).toBeNull();
});

test('a commit takes back only what it says itself, not what others of its merge say', () => {
  expect(ask(2, 3, merges('a', 'b', 'c-a d'))).toEqual({ commit: id('a'), by: 3 });
  expect(ask(2, 4, merges('a', 'b', 'c-a d', 'e-d'))).toEqual({ commit: id('a'), by: 3 });
});

test('what stands in the lane decides how far is looked', () => {
  const since = (standing: readonly number[]) =>
    takenBackSince(releaseNumber(1), standing.map(releaseNumber), merges('a', 'c', 'b-a', 'd-b'));
  expect(since([3, 2])).toEqual({ commit: id('a'), by: 3 });
  expect(since([2, 3])).toEqual({ commit: id('a'), by: 3 });
  expect(since([2])).toBeNull();
  expect(since([4, 3])).toBeNull();
  expect(since([])).toBeNull();
});

test('people read which commit, and what took it back', () => {
  const text = takenBackText(serviceName('checkout'), releaseNumber(411), {
    commit: id('a1b2c3d4'),
    by: releaseNumber(413),
  });
  expect(text).toBe('commit a1b2c3d, which is in checkout@411, was taken back by checkout@413');
});

test('a revert on another branch takes nothing back', () => {
  const [first, second] = merges('a', 'b-a') as [Merged, Merged];
  expect(ask(1, 2, [first, { ...second, branch: 'release' }])).toBeNull();
});

test('a release that no merge made is not judged', () => expect(ask(1, 2, merges('a', 'b-a').slice(1))).toBeNull());

const letters = 'abcdefgh'.split('');
/** Each commit may take back any that came before it. */
const histories = fc
  .array(fc.nat(20), { minLength: letters.length, maxLength: letters.length })
  .map((choices) => letters.map((name, at) => (choices[at]! < at ? `${name}-${letters[choices[at]!]}` : name)))
  .map((texts) => merges(...texts));

test('it is in when the release was made and out at the end, as the last word on it says', () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), (all, from, to) => {
      const [release, until] = [Math.min(from, to), Math.max(from, to)];
      const ids = all.map(({ commits }) => commits[0]!.commit);
      /** Over how many reverts a commit speaks of another. */
      const steps = (by: string, of: string): number | null => {
        if (by === of) return 0;
        const [revert] = all[ids.indexOf(by)]!.reverts;
        const further = revert !== undefined && 'commit' in revert ? steps(revert.commit, of) : null;
        return further === null ? null : further + 1;
      };
      const isIn = (commit: string, at: number): boolean => {
        const last = ids.slice(0, at).findLast((each) => steps(each, commit) !== null)!;
        return steps(last, commit)! % 2 === 0;
      };
      const gone = ids.slice(0, release).filter((commit) => isIn(commit, release) && !isIn(commit, until));
      const found = ask(release, until, all);
      expect(found?.commit ?? null).toBe(gone[0] ?? null);
    }),
  );
});
