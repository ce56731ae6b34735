import { describe, expect, test } from '@jest/globals';
import { githubCheckRunSchema, githubStatusSchema, statusOf, statusOfCheckRun } from './github-status.ts';

const commit = 'a'.repeat(40);
const repository = { full_name: 'acme/checkout', private: true };
const status = {
  id: 7,
  sha: commit,
  name: 'acme/checkout',
  context: 'ci/lint',
  state: 'success',
  target_url: 'https://ci.example/7',
  description: 'all is well',
  created_at: '2026-11-24T12:00:00+00:00',
  updated_at: '2026-11-24T13:00:05+01:00',
  repository,
};
const checkRun = {
  id: 8,
  head_sha: commit,
  name: 'unit',
  status: 'completed',
  conclusion: 'success',
  started_at: '2026-11-24T12:00:00Z',
  completed_at: '2026-11-24T12:00:09Z',
  html_url: 'https://code.example/runs/8',
};

test('a status is read in our words', () => {
  expect(statusOf(githubStatusSchema.parse(status))).toEqual({
    repository: 'acme/checkout',
    commit,
    context: 'ci/lint',
    state: 'success',
    url: 'https://ci.example/7',
    at: '2026-11-24T12:00:05.000Z',
    sequence: 7,
  });
});

const read = (more: object) =>
  statusOfCheckRun(githubCheckRunSchema.parse({ action: 'x', check_run: { ...checkRun, ...more }, repository }));

describe('a check run', () => {
  test.each([
    [{}, 'success', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'neutral' }, 'success', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'skipped' }, 'success', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'failure' }, 'failure', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'timed_out' }, 'failure', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'cancelled' }, 'failure', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'action_required' }, 'failure', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'stale' }, 'error', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: 'of another year' }, 'error', '2026-11-24T12:00:09.000Z'],
    [{ conclusion: null }, 'error', '2026-11-24T12:00:09.000Z'],
    [{ status: 'in_progress', conclusion: null, completed_at: null }, 'pending', '2026-11-24T12:00:00.000Z'],
    [
      { status: 'queued', conclusion: null, completed_at: null, started_at: null },
      'pending',
      '1970-01-01T00:00:00.000Z',
    ],
  ])('%j', (more, state, at) => expect(read(more)).toMatchObject({ context: 'unit', state, at, sequence: 8 }));
});

test.each([
  ['javascript:alert(1)', null],
  ['', null],
  [null, null],
  [`https://ci.example/${'x'.repeat(2_000)}`, null],
  ['http://ci.example/7', 'http://ci.example/7'],
])('an address that nobody can open is left out: %s', (target_url, url) => {
  expect(statusOf(githubStatusSchema.parse({ ...status, target_url })).url).toBe(url);
});

test.each([
  { state: 'green' },
  { sha: 'main' },
  { updated_at: 'yesterday' },
  { repository: { full_name: 'checkout' } },
  { id: -1 },
])('%j is refused', (more) => expect(githubStatusSchema.safeParse({ ...status, ...more }).success).toBe(false));
