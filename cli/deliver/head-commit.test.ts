import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decideMerge, noCommit } from '../../domain/intake/merge.ts';
import { serviceName } from '../../domain/names.ts';
import { githubPushSchema, pushOf } from '../../protocol/github-push.ts';
import { makeTestRepository, type TestRepository } from '../test-repository.fixture.ts';
import { headCommit, withAuthorsSince } from './head-commit.ts';
import { signedPush } from './signed-push.ts';

let parent: string;
let repository: TestRepository;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'slipway-head-'));
  repository = makeTestRepository(path.join(parent, 'shop'));
});
afterEach(() => rmSync(parent, { recursive: true }));

/** As the api understands what is sent. */
const pushed = () =>
  pushOf(githubPushSchema.parse(JSON.parse(signedPush('acme/shop', headCommit(repository.root), 'secret').body)));

test('a push says what moved from where to where, and what the commit says', () => {
  const before = repository.commit({ a: '1' });
  const after = repository.commit({ a: '2' }, 'Greet “well”\n\nDetails.');
  expect(pushed()).toEqual({
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    before,
    after,
    authors: ['lin'],
    pusher: 'lin',
    message: 'Greet “well”\n\nDetails.',
  });
});

test('the first commit moves the branch from none', () => {
  const after = repository.commit({ a: '1' });
  expect(pushed()).toMatchObject({ before: noCommit, after, authors: ['lin'] });
});

test('a merge has the authors of all that it brought, and moves the branch from its first parent', () => {
  repository.commit({ a: '1' });
  repository.git('switch', '--quiet', '--create', 'change');
  repository.git('commit', '--quiet', '--allow-empty', '--author=kim <kim@example.com>', '--message', 'work');
  repository.git('switch', '--quiet', 'main');
  const before = repository.commit({ a: '2' });
  repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge the change', 'change');
  expect(pushed()).toMatchObject({ before, authors: ['lin', 'kim'], message: 'Merge the change' });
});

test('of several commits at once all authors are told, since what was merged before', () => {
  const by = (name: string): string => {
    const author = `--author=${name} <${name}@example.com>`;
    repository.git('commit', '--quiet', '--allow-empty', author, '--message', 'work');
    return repository.git('rev-parse', 'HEAD');
  };
  const commits = ['kim', 'pat', 'ada'].map(by) as [string, string, string];
  by('sam');
  const namesSince = (...merged: readonly string[]): string[] =>
    withAuthorsSince(repository.root, headCommit(repository.root), merged).authors.map(({ name }) => name);
  expect(namesSince(commits[0])).toEqual(['sam', 'ada', 'pat']);
  expect(namesSince(commits[2], commits[1], 'f'.repeat(40))).toEqual(['sam', 'ada']);
  expect(namesSince()).toEqual(['sam']);
  expect(namesSince(headCommit(repository.root).commit)).toEqual(['sam']);
});

test('each commit is told with its message, the oldest first, so that what takes another back is known', () => {
  const first = repository.commit({ a: '1' }, 'Greet well (#7)');
  repository.git('commit', '--quiet', '--allow-empty', '--message', 'work\n\nwith care');
  const work = repository.git('rev-parse', 'HEAD');
  repository.git('revert', '--no-edit', first);
  const { root } = repository;
  const head = withAuthorsSince(root, headCommit(root), [first]);
  const push = pushOf(githubPushSchema.parse(JSON.parse(signedPush('acme/shop', head, 'secret').body)));
  expect(push.commits).toEqual([{ commit: work, message: 'work\n\nwith care' }]);
  const { moves } = decideMerge(push, [{ service: serviceName('shop'), repository: 'acme/shop', branch: 'main' }]);
  const by = repository.git('rev-parse', 'HEAD');
  expect(moves[0]!.source).toMatchObject({ brings: [{ commit: work }], reverts: [{ by, commit: first }] });
});

test('the pusher is who sits here, whoever wrote the commit', () => {
  repository.git('commit', '--quiet', '--allow-empty', '--author=kim <kim@example.com>', '--message', 'work');
  expect(pushed()).toMatchObject({ authors: ['kim'], pusher: 'lin' });
});

test('without a commit or a branch there is nothing to tell, and it is said what to do', () => {
  expect(() => headCommit(repository.root)).toThrow(/has no commit yet: git add --all && git commit/);
  repository.commit({ a: '1' });
  repository.git('switch', '--quiet', '--detach');
  expect(() => headCommit(repository.root)).toThrow(/is on no branch: git switch <branch>/);
});
