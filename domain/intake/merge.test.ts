import { describe, expect, test } from '@jest/globals';
import { serviceName } from '../names.ts';
import { broughtBy, decideMerge, noCommit, type DeployedBranch, type VerifiedPush } from './merge.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const push: VerifiedPush = {
  repository: 'acme/checkout',
  ref: 'refs/heads/main',
  before: a,
  after: b,
  authors: ['lin', 'kim'],
  pusher: 'pat',
  message: 'Fix double charge\n\nIt was charged twice.',
};
const deployed = (service: string, changed: Partial<DeployedBranch> = {}): DeployedBranch => ({
  service: serviceName(service),
  repository: 'acme/checkout',
  branch: 'main',
  ...changed,
});

test('a merge into the deployed branch moves its service', () => {
  expect(decideMerge(push, [deployed('checkout')])).toEqual({
    moves: [
      {
        service: 'checkout',
        key: `merge:checkout:main:${a}:${b}`,
        source: {
          from: 'merge',
          commit: b,
          before: a,
          branch: 'main',
          authors: ['lin', 'kim'],
          pusher: 'pat',
          subject: 'Fix double charge',
        },
      },
    ],
    ignored: [],
  });
});

describe('a push is ignored', () => {
  test.each([
    ['of another branch', { ref: 'refs/heads/dev' }, 'checkout', 'other-branch'],
    ['of a branch below the deployed one', { ref: 'refs/heads/main/2' }, 'checkout', 'other-branch'],
    ['that moved nothing', { before: b }, null, 'unchanged'],
    ['that deletes the branch', { after: noCommit }, null, 'branch-deleted'],
    ['of a repository without a service', { repository: 'acme/other' }, null, 'unknown-repository'],
    ['of a tag', { ref: 'refs/tags/main' }, null, 'tag'],
    ['of notes', { ref: 'refs/notes/main' }, null, 'not-a-branch'],
  ] as const)('%s', (_, changed, service, reason) => {
    expect(decideMerge({ ...push, ...changed }, [deployed('checkout')])).toEqual({
      moves: [],
      ignored: [{ service, reason, message: expect.any(String) }],
    });
  });
});

describe('a merge moves', () => {
  test('every service of the repository, whatever its folder, and says why others stay', () => {
    const services = [deployed('checkout'), deployed('mail'), deployed('search', { branch: 'release' })];
    const { moves, ignored } = decideMerge(push, [...services, deployed('cart', { repository: 'acme/cart' })]);
    expect(moves.map(({ service }) => service)).toEqual(['checkout', 'mail']);
    expect(ignored).toEqual([
      { service: 'search', reason: 'other-branch', message: 'search is deployed from release, not from main' },
    ]);
  });

  test('a service whose branch was only now made', () => {
    expect(decideMerge({ ...push, before: noCommit }, [deployed('checkout')]).moves).toHaveLength(1);
  });

  test('a service whose repository is written in other letters', () => {
    expect(decideMerge({ ...push, repository: 'Acme/Checkout' }, [deployed('checkout')]).moves).toHaveLength(1);
  });
});

test('the key is the same for every delivery of one move and differs for every other', () => {
  const keyOf = (changed: Partial<VerifiedPush>): string | undefined =>
    decideMerge({ ...push, ...changed }, [deployed('checkout')]).moves[0]?.key;
  expect(keyOf({ pusher: 'ada', message: 'again' })).toBe(keyOf({}));
  expect(new Set([keyOf({}), keyOf({ before: noCommit }), keyOf({ before: b, after: a })]).size).toBe(3);
});

test('a subject is one line of at most 200 characters that any database takes', () => {
  const message = `${'x'.repeat(199)}😀 and more`;
  const subject = decideMerge({ ...push, message }, [deployed('checkout')]).moves[0]?.source.subject ?? '';
  expect(subject).toHaveLength(200);
  expect(subject.isWellFormed()).toBe(true);
});

describe('what a merge brings and takes back', () => {
  const [c, d] = ['c'.repeat(40), 'd'.repeat(40)];
  const sourceOf = (changed: Partial<VerifiedPush>) =>
    decideMerge({ ...push, ...changed }, [deployed('checkout')]).moves[0]!.source;

  test('is told of each commit, the oldest first', () => {
    const commits = [
      { commit: c, message: 'Add it (#7)' },
      { commit: d, message: `Revert "Old"\n\nThis reverts commit ${a}.` },
    ];
    const source = sourceOf({ commits, message: 'Revert "Add it (#7)" (#8)\n\nReverts acme/checkout#7' });
    expect(source).toMatchObject({
      brings: [
        { commit: c, pull: 7 },
        { commit: d, pull: null },
      ],
      reverts: [
        { by: d, commit: a },
        { by: b, pull: 7 },
      ],
    });
    expect(broughtBy(source).at(-1)).toEqual({ commit: b, pull: 8 });
  });

  test('stays small, and keeps what is newest', () => {
    const commits = Array.from({ length: 2048 }, (_, at) => ({
      commit: at.toString(16).padStart(40, '0'),
      message: `Revert\n\nThis reverts commit ${a}.`,
    }));
    const { brings, reverts } = sourceOf({ commits });
    expect([brings?.length, reverts?.length]).toEqual([200, 50]);
    expect(brings?.at(-1)?.commit).toBe(commits.at(-1)?.commit);
    expect(reverts?.at(-1)?.by).toBe(commits.at(-1)?.commit);
  });
});
