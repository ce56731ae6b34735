import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { serviceName } from '../names.ts';
import {
  abortMistake,
  hotfixMistake,
  keyedMessageMistake,
  lockMistake,
  personMessageMistake,
  promoteMistake,
  rollbackMistake,
  skipMistake,
  submitMistake,
  tokenMessageMistake,
  withdrawMistake,
} from './message-shape.ts';

const checkout = serviceName('checkout');
const merge = {
  from: 'merge',
  commit: 'a'.repeat(40),
  before: '0'.repeat(40),
  branch: 'main',
  authors: ['lin'],
  pusher: 'lin',
  subject: '',
};
const person = { from: 'person', person: 'ada', release: 412, reason: null };
const request = { key: 'k', service: 'checkout', kind: 'rollout', source: merge, traceparent: null };

describe('a submission', () => {
  test('of the right shape is let through', () => {
    const content = { brings: [{ commit: merge.before, pull: 7 }], reverts: [{ by: merge.commit, pull: 7 }] };
    const sources = [merge, { ...merge, ...content }, person, { ...person, reason: 'hotfix', althoughReverted: true }];
    for (const source of sources)
      expect(submitMistake(checkout, { request: { ...request, source }, queueWhenLocked: true })).toBeNull();
  });

  test('of the most that it may hold is let through', () => {
    const brings = Array.from({ length: 1_000 }, () => ({ commit: merge.before, pull: null }));
    const reverts = Array.from({ length: 1_000 }, () => ({ by: merge.commit, commit: 'abcdef0' }));
    const sources = [
      { ...merge, brings, reverts },
      { ...person, release: 1, reason: 'x'.repeat(500) },
    ];
    for (const source of sources)
      for (const kind of ['rollout', 'roll-forward'])
        expect(submitMistake(checkout, { request: { ...request, kind, source }, queueWhenLocked: false })).toBeNull();
  });

  test.each([
    ['nothing', undefined, 'submit needs { request, queueWhenLocked }'],
    ['a list', [request], 'submit needs { request, queueWhenLocked }'],
    ['no choice about locks', { request }, 'queueWhenLocked must be true or false'],
    [
      'another service',
      { request: { ...request, service: 'mail' }, queueWhenLocked: true },
      'this is the lane of checkout',
    ],
    ['no key', { request: { ...request, key: '' }, queueWhenLocked: true }, 'key must have 1 to 500 characters'],
    [
      'a rollback',
      { request: { ...request, kind: 'rollback' }, queueWhenLocked: true },
      'kind must be rollout or roll-forward',
    ],
    [
      'no source',
      { request: { ...request, source: null }, queueWhenLocked: true },
      'source.from must be merge or person',
    ],
  ])('of %s is refused', (_, message, mistake) => expect(submitMistake(checkout, message)).toBe(mistake));

  test.each([
    [{ from: 'merge' }, 'source.commit must be 40 hex digits'],
    [{ ...merge, commit: 7 }, 'source.commit must be 40 hex digits'],
    [{ ...merge, before: 'main' }, 'source.before must be 40 hex digits'],
    [{ ...merge, branch: undefined }, 'source.branch must be text'],
    [{ ...merge, pusher: null }, 'source.pusher must be text'],
    [{ ...merge, subject: {} }, 'source.subject must be text'],
    [{ ...merge, authors: 'lin' }, 'source.authors must name at least one person'],
    [{ ...merge, authors: [] }, 'source.authors must name at least one person'],
    [{ ...merge, authors: ['lin', 7] }, 'source.authors must name at least one person'],
    [{ ...merge, commit: `${merge.commit}0` }, 'source.commit must be 40 hex digits'],
    [{ ...merge, commit: `g${merge.commit}` }, 'source.commit must be 40 hex digits'],
    [{ ...merge, brings: [{ commit: 'main' }] }, 'source.brings must be at most 1000 of { commit, pull }'],
    [
      { ...merge, reverts: [{ by: merge.commit }] },
      'source.reverts must be at most 1000 of { by, commit } or { by, pull }',
    ],
    ...[
      'abc',
      ['abc'],
      [{ commit: merge.before }],
      [{ commit: merge.before, pull: 0 }],
      [{ commit: merge.before, pull: 1.5 }],
      [{ commit: merge.before, pull: null }, null],
      Array.from({ length: 1_001 }, () => ({ commit: merge.before, pull: null })),
    ].map((brings) => [{ ...merge, brings }, 'source.brings must be at most 1000 of { commit, pull }'] as const),
    ...[
      'abc',
      [null],
      [{ commit: merge.before }],
      [{ by: merge.commit, commit: 'abcdef' }],
      [{ by: merge.commit, commit: `${merge.commit}0` }],
      [{ by: merge.commit, pull: -1 }],
      Array.from({ length: 1_001 }, () => ({ by: merge.commit, pull: 7 })),
    ].map(
      (reverts) =>
        [{ ...merge, reverts }, 'source.reverts must be at most 1000 of { by, commit } or { by, pull }'] as const,
    ),
    [{ ...person, althoughReverted: 'yes' }, 'source.althoughReverted must be true or false'],
    [{ from: 'person' }, 'source.person must name a person in 1 to 100 characters'],
    [{ ...person, release: '412' }, 'source.release must be the number of a release'],
    [{ ...person, release: 0 }, 'source.release must be the number of a release'],
    [{ ...person, reason: undefined }, 'source.reason must be null or have at most 500 characters'],
    [{ ...person, from: 'tag' }, 'source.from must be merge or person'],
  ])('from %j is refused', (source, mistake) =>
    expect(submitMistake(checkout, { request: { ...request, source }, queueWhenLocked: true })).toBe(mistake),
  );
});

test.each([
  [undefined, null],
  [null, null],
  [`00-${'0af7'.repeat(8)}-${'b7ad'.repeat(4)}-01`, null],
  ['', 'traceparent must be one of W3C Trace Context, or null'],
  [`00-${'0'.repeat(32)}-${'b7ad'.repeat(4)}-01`, 'traceparent must be one of W3C Trace Context, or null'],
  [`00-${'0af7'.repeat(8)}-${'0'.repeat(16)}-01`, 'traceparent must be one of W3C Trace Context, or null'],
  [`ff-${'0af7'.repeat(8)}-${'b7ad'.repeat(4)}-01`, 'traceparent must be one of W3C Trace Context, or null'],
  [`00-${'0af7'.repeat(8)}-${'b7ad'.repeat(4)}-01-`, 'traceparent must be one of W3C Trace Context, or null'],
  [`x00-${'0af7'.repeat(8)}-${'b7ad'.repeat(4)}-01`, 'traceparent must be one of W3C Trace Context, or null'],
  [`00-${'0af7'.repeat(8)}-${'0'.repeat(15)}1-01`, null],
  ['0af7', 'traceparent must be one of W3C Trace Context, or null'],
  [{ trace: 7 }, 'traceparent must be one of W3C Trace Context, or null'],
])('the trace %j is one that can be gone on with, or is refused', (traceparent, mistake) => {
  expect(submitMistake(checkout, { request: { ...request, traceparent }, queueWhenLocked: true })).toBe(mistake);
  expect(keyedMessageMistake({ by: 'ada', reason: '', key: 'k', traceparent })).toBe(mistake);
});

test.each([
  [{ by: 'ada', reason: '' }, null],
  [{ by: '', reason: 'x' }, 'by must name a person in 1 to 100 characters'],
  [{ by: 'ada' }, 'reason must have at most 500 characters'],
  [{ by: 'ada', reason: 'x'.repeat(501) }, 'reason must have at most 500 characters'],
  ['ada', 'needs { by, reason }'],
])('a person says %j', (message, mistake) => expect(personMessageMistake(message)).toBe(mistake));

test.each([
  [{}, null],
  [{ hold: true }, null],
  [{ hold: false }, null],
  [{ hold: 'true' }, 'hold must be true or false'],
  [{ hold: null }, 'hold must be true or false'],
  [{ hold: 'true', by: '' }, 'by must name a person in 1 to 100 characters'],
])('an abort with %j', (more, mistake) => expect(abortMistake({ by: 'ada', reason: '', ...more })).toBe(mistake));

test('a message about a lane needs a key too', () => {
  expect(keyedMessageMistake({ by: 'ada', reason: '', key: 'k' })).toBeNull();
  expect(keyedMessageMistake({ by: 'ada', reason: '' })).toBe('key must have 1 to 500 characters');
});

test('a withdrawal needs a deployment too', () => {
  const message = { by: 'ada', reason: '', key: 'k' };
  expect(withdrawMistake({ ...message, deployment: 7 })).toBeNull();
  expect(withdrawMistake({ ...message, deployment: '7' })).toBe('deployment must be a number');
  expect(withdrawMistake({ deployment: 7 })).toBe('key must have 1 to 500 characters');
  expect(withdrawMistake(null)).toBe('deployment must be a number');
});

test('a token may come bare or in an object', () => {
  expect(tokenMessageMistake('a.b.c')).toBeNull();
  expect(tokenMessageMistake({ token: 'a.b.c' })).toBeNull();
  for (const bad of ['', 7, null, {}, { token: 'x'.repeat(24 * 1024 + 1) }])
    expect(tokenMessageMistake(bad)).not.toBeNull();
});

test('no message whatever makes a validator throw', () => {
  fc.assert(
    fc.property(fc.anything(), (message) => {
      const mistakes = [submitMistake(checkout, message), keyedMessageMistake(message), tokenMessageMistake(message)];
      return mistakes.every((mistake) => mistake === null || mistake.length > 0);
    }),
  );
});

const byAda = { by: 'ada', reason: 'INC-7', key: 'k' };

test.each([
  [{}, null],
  [{ hold: true, althoughReverted: true }, null],
  [{ key: '' }, 'key must have 1 to 500 characters'],
  [{ reason: '' }, 'reason must say why'],
  [{ hold: 'no' }, 'hold must be true or false'],
  [{ hold: undefined }, 'hold must be true or false'],
  [{ release: 0 }, 'source.release must be the number of a release'],
  [{ althoughReverted: 7 }, 'source.althoughReverted must be true or false'],
])('a hotfix that says %j besides is answered %s', (more, mistake) => {
  expect(hotfixMistake({ ...byAda, release: 412, hold: false, ...more })).toBe(mistake);
});

test.each([null, 'hotfix', []])('%j is no message about a lane', (message) => {
  for (const mistake of [hotfixMistake, lockMistake]) expect(mistake(message)).toBe('needs { by, reason, key }');
});

const badTime = 'until must be a time as in RFC 3339, or null';
const badRights = 'rights must be { releaseOwner, ownsService }, each true or false';
test.each([
  [{}, null],
  [{ until: null }, null],
  [{ until: '2026-11-24T12:00:00Z' }, null],
  [{ until: '2026-11-24T12:00:00.123Z' }, null],
  ...[
    'tomorrow',
    1_764_000_000,
    '2026-11-24',
    '2026-11-24T12:00:00',
    '2026-11-24T12:00:00+01:00',
    '2026-11-24T12:00:00.Z',
    '2026-11-24T12:00:00.xZ',
    'x2026-11-24T12:00:00Z',
    '2026-11-24T12:00:00Z0',
    '2026-13-24T12:00:00Z',
    ...['6-11-24T12:00:00', 'abcd-11-24T12:00:00', '2026-x1-24T12:00:00', '2026-1x-24T12:00:00'].map((at) => `${at}Z`),
    ...['2026-11-x4', '2026-11-2x'].map((day) => `${day}T12:00:00Z`),
    ...['x2:00:00', '1x:00:00', '12:x0:00', '12:0x:00', '12:00:x0', '12:00:0x'].map((time) => `2026-11-24T${time}Z`),
  ].map((until) => [{ until }, badTime] as const),
  [{ rights: { releaseOwner: true, ownsService: false } }, null],
  [{ rights: {} }, null],
  [{ rights: null }, badRights],
  [{ rights: 'all' }, badRights],
  [{ rights: [true] }, badRights],
  [{ rights: { releaseOwner: true, ownsService: 'yes' } }, badRights],
  [{ key: 7 }, 'key must have 1 to 500 characters'],
])('a lock or unlock that says %j besides is answered %s', (more, mistake) => {
  expect(lockMistake({ ...byAda, ...more })).toBe(mistake);
});

const keyedRollback = { by: 'ada', reason: '', key: 'k' };
test.each([
  [keyedRollback, null],
  [{ ...keyedRollback, to: 409, regions: ['eu-west'] }, null],
  [{ ...keyedRollback, to: 0 }, 'to must be the number of a release'],
  [{ ...keyedRollback, to: '@409' }, 'to must be the number of a release'],
  [{ ...keyedRollback, regions: [] }, 'regions must be 1 to 256 names of regions'],
  [{ ...keyedRollback, regions: [7] }, 'regions must be 1 to 256 names of regions'],
  [{ to: 409 }, 'key must have 1 to 500 characters'],
])('a rollback says %j', (message, mistake) => expect(rollbackMistake(message)).toBe(mistake));

const decided = { token: 'a.b.c', region: 'eu-west', reason: 'its link is down' };
test.each([
  [decided, null],
  [{ ...decided, region: '' }, 'region must be the name of one'],
  [{ ...decided, reason: '' }, 'reason must say why, in at most 500 characters'],
  [{ ...decided, token: '' }, 'needs a token of at most 24576 characters'],
  ['a.b.c', 'needs { token, region, reason }'],
])('who skips a region says %j', (message, mistake) => expect(skipMistake(message)).toBe(mistake));

test('who promotes says why', () => {
  expect(promoteMistake({ token: 'a.b.c', reason: 'INC-7' })).toBeNull();
  expect(promoteMistake({ token: 'a.b.c' })).toBe('reason must say why, in at most 500 characters');
  expect(promoteMistake(null)).toBe('needs { token, reason }');
});
