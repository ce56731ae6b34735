import { describe, expect, test } from '@jest/globals';
import { isExcluded } from '../domain/approval/excluded.ts';
import { githubPushSchema, pushOf } from './github-push.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const event = {
  ref: 'refs/heads/main',
  before: a,
  after: b,
  created: false,
  deleted: false,
  forced: false,
  compare: 'https://github.com/acme/checkout/compare/a...b',
  repository: { id: 7, full_name: 'acme/checkout', private: true },
  head_commit: {
    id: b,
    message: 'Fix double charge\n\nDetails.',
    timestamp: '2026-11-24T12:00:00Z',
    author: { name: 'Lin Liu', email: 'lin@acme.example', username: 'lin' },
  },
  pusher: { name: 'pat', email: 'pat@acme.example' },
  sender: { login: 'pat', id: 9 },
};
const parsed = (changed: object = {}) => pushOf(githubPushSchema.parse({ ...event, ...changed }));

test("GitHub's push becomes Slipway's, and fields that nobody reads are dropped", () => {
  expect(parsed()).toEqual({
    repository: 'acme/checkout',
    ref: 'refs/heads/main',
    before: a,
    after: b,
    authors: ['lin'],
    pusher: 'pat',
    message: 'Fix double charge\n\nDetails.',
  });
});

describe('who wrote it', () => {
  test.each([
    ['is the name, without a login', { head_commit: { ...event.head_commit, author: { name: 'Lin Liu' } } }, 'Lin Liu'],
    [
      'is the name, with an empty login',
      { head_commit: { ...event.head_commit, author: { name: 'Lin', username: '' } } },
      'Lin',
    ],
    ['is the pusher, without a commit', { head_commit: null }, 'pat'],
    ['is the pusher, if the commit is another', { head_commit: { ...event.head_commit, id: a } }, 'pat'],
  ])('%s', (_, changed, author) => expect(parsed(changed).authors).toEqual([author]));

  test('is everybody whose commits a merge brought, each once, and not only who pressed the button', () => {
    const merged = { ...event.head_commit, author: { name: 'Pat', username: 'pat' } };
    const by = (author: object) => ({ id: a, message: 'work', author });
    const commits = [
      by({ name: 'Lin Liu', username: 'lin' }),
      by({ name: 'Kim', username: null }),
      by({ name: 'Lin', username: 'LIN' }),
      { ...merged },
    ];
    expect(parsed({ head_commit: merged, commits }).authors).toEqual(['pat', 'lin', 'Kim']);
    expect(parsed({ head_commit: null, commits }).authors).toEqual(['lin', 'Kim', 'pat']);
  });

  test('is also whom the trailers of any commit name, however long its message, and who has no account by address', () => {
    const message = `Pay once\n\n${'x'.repeat(20_000)}\n\nCo-authored-by: Mo <mo@acme.example>\nco-Authored-By:  Kim K <7+kim@users.noreply.github.com>`;
    const lin = { name: 'Lin Liu', email: 'lin@acme.example', username: null };
    const commits = [
      { id: a, message: 'work\r\n\r\nCo-authored-by: Ada <a.l@acme.example>\r\n', author: lin },
      { id: b, message, author: event.head_commit.author },
      { id: b, message: null, author: { name: '', email: 'no name@acme.example' } },
    ];
    const head_commit = {
      ...event.head_commit,
      message,
      author: { name: 'Pat', username: 'pat', email: 'p@acme.example' },
    };
    const { authors } = parsed({ head_commit, commits });
    expect(authors).toEqual([
      'pat <p@acme.example>',
      'Lin Liu <lin@acme.example>',
      'lin',
      'Mo',
      'kim',
      'Ada <a.l@acme.example>',
    ]);
    const mayApprove = (person: string) => !isExcluded(authors, person);
    const own = ['pat', 'p@acme.example', 'p', 'lin', 'lin@acme.example', 'mo', 'mo@acme.example', 'kim', 'ada', 'a.l'];
    expect(own.filter(mayApprove)).toEqual([]);
    expect(['zoe', 'zoe@acme.example'].filter(mayApprove)).toEqual(['zoe', 'zoe@acme.example']);
  });

  test('is nobody else because of a text that only talks of authors', () => {
    const message =
      'Explain Co-authored-by: Mo <mo@acme.example>\nCo-authored-by: nobody\nCo-authored-by-the-way <x@y>';
    expect(parsed({ head_commit: { ...event.head_commit, message } }).authors).toEqual(['lin']);
  });

  test('is never pushed out of the list by naming many', () => {
    const message = Array.from({ length: 1_000 }, (_, at) => `Co-authored-by: x <x${at}@acme.example>`).join('\n');
    const commits = [{ id: a, message: 'work', author: { name: 'Kim', username: 'kim' } }];
    expect(parsed({ head_commit: { ...event.head_commit, message }, commits }).authors).toContain('kim');
  });

  test('is a list that fits into a message, however many there are', () => {
    const commits = Array.from({ length: 2048 }, (_, at) => ({ author: { name: `${at}${'ü'.repeat(1000)}` } }));
    const { authors } = parsed({ commits });
    expect(authors[0]).toBe('lin');
    expect(Buffer.byteLength(JSON.stringify(authors))).toBeLessThan(100_000);
  });

  test('the pusher is the signed-in account, or else the name in the push', () => {
    expect(parsed({ sender: { login: 'ada' } }).pusher).toBe('ada');
    expect(parsed({ sender: null }).pusher).toBe('pat');
  });
});

test('a deletion moves to no commit', () => {
  expect(parsed({ deleted: true, after: '0'.repeat(40), head_commit: null })).toMatchObject({ after: '0'.repeat(40) });
});

test('odd text is kept without what no database takes, because the delivery counts more', () => {
  const message = `a\0b\u0007c\ud800d\n${'x'.repeat(20_000)}`;
  const push = parsed({ head_commit: { ...event.head_commit, message } });
  expect(push.message.startsWith('a\uFFFDb\uFFFDc\uFFFDd\nx')).toBe(true);
  expect(push.message).toHaveLength(10_000);
});

test.each([
  ['no ref', { ref: undefined }],
  ['a ref with a line break', { ref: 'refs/heads/a\nb' }],
  ['a very long ref', { ref: 'r'.repeat(1001) }],
  ['a short commit', { after: 'abc' }],
  ['a commit in capitals', { before: 'A'.repeat(40) }],
  ['a repository without an owner', { repository: { full_name: 'checkout' } }],
  ['a repository that climbs', { repository: { full_name: 'acme/../x' } }],
  ['no pusher', { pusher: undefined }],
  ['a list as commit', { head_commit: [] }],
])('%s is refused', (_, changed) => {
  expect(githubPushSchema.safeParse({ ...event, ...changed }).success).toBe(false);
});
