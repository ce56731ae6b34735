import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { serviceName } from '../names.ts';
import {
  keyedMessageMistake,
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
    [{ ...merge, brings: [{ commit: 'main' }] }, 'source.brings must be at most 1000 of { commit, pull }'],
    [
      { ...merge, reverts: [{ by: merge.commit }] },
      'source.reverts must be at most 1000 of { by, commit } or { by, pull }',
    ],
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
