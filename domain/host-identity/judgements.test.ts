import { describe, expect, it } from '@jest/globals';
import { digest, hostId } from '../names.ts';
import { judgeHost } from './admission.ts';
import { judgeEnrolment, type EnrolmentToken, type EnrolmentWorld } from './enrolment.ts';
import type { IdentityRow } from './identity-row.ts';
import { judgeRenewal } from './renewal.ts';

const key = (name: string) => digest(`sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`);
const [now, next, former, stranger] = [key('now'), key('next'), key('former'), key('stranger')];
const dayMs = 86_400_000;
const row: IdentityRow = {
  key: now,
  nextKey: next,
  formerKey: former,
  expiresAtMs: 90 * dayMs,
  isRevoked: false,
  quarantine: null,
};

describe('a host with a valid certificate', () => {
  it.each<[string, IdentityRow | null, typeof now, string]>([
    ['comes in by its key', row, now, 'admitted'],
    ['comes in by the key that a renewal certified, which replaces the one before', row, next, 'promote'],
    ['has an old copy of the disk when it comes by the key before', row, former, 'former-key'],
    ['is nobody by any other key', row, stranger, 'not-enrolled'],
    ['is nobody when the region has no such host', null, now, 'not-enrolled'],
    ['stays out once revoked, also by a renewed key', { ...row, isRevoked: true }, next, 'revoked'],
    ['stays out while quarantined', { ...row, quarantine: 'two machines' }, now, 'quarantined'],
    ['is revoked rather than quarantined', { ...row, isRevoked: true, quarantine: 'two machines' }, now, 'revoked'],
  ])('%s', (_what, known, used, wanted) => {
    const judged = judgeHost(known, used);
    expect(judged.admitted ? (judged.promote ? 'promote' : 'admitted') : judged.because).toBe(wanted);
  });
});

describe('a renewal by proof of the key', () => {
  it.each<[string, IdentityRow | null, typeof now, number, string]>([
    ['is given long before the end', row, now, 30 * dayMs, 'renewed'],
    ['is given again when the answer was lost', row, now, 30 * dayMs, 'renewed'],
    ['is given by the next key, which was never used for anything else', row, next, 30 * dayMs, 'promoted'],
    ['is given 59 days after the end', row, now, 149 * dayMs, 'renewed'],
    ['is refused 61 days after the end', row, now, 151 * dayMs, 'away-too-long'],
    ['is refused to a revoked host', { ...row, isRevoked: true }, now, 0, 'revoked'],
    ['is refused to a quarantined host', { ...row, quarantine: 'x' }, now, 0, 'quarantined'],
    ['is refused to the key before', row, former, 0, 'former-key'],
    ['is refused to a stranger', row, stranger, 0, 'not-enrolled'],
    ['is refused to a host that is not known', null, now, 0, 'not-enrolled'],
  ])('%s', (_what, known, used, atMs, wanted) => {
    const judged = judgeRenewal(known, used, atMs);
    expect(judged.renew ? (judged.promote ? 'promoted' : 'renewed') : judged.because).toBe(wanted);
  });
});

describe('an enrolment', () => {
  const [a, b] = [hostId('a'), hostId('b')];
  const token: EnrolmentToken = { host: null, expiresAtMs: 1_000, used: null };
  const world: EnrolmentWorld = { token, hostExists: false, keyHolder: null, nowMs: 1_000 };
  const used = { ...token, used: { host: a, key: now } };
  it.each<[string, Partial<EnrolmentWorld>, string]>([
    ['lets a new host in', {}, 'enrolled'],
    ['needs a token that was made here', { token: null }, 'unknown-token'],
    ['ends with the life of its token', { nowMs: 1_001 }, 'expired-token'],
    ['is answered again to the same host and key', { token: used, hostExists: true, keyHolder: a }, 'enrolled'],
    ['is not answered again after the life of its token', { token: used, nowMs: 1_001 }, 'expired-token'],
    ['is for one key', { token: { ...token, used: { host: a, key: stranger } } }, 'used-token'],
    ['is for one host', { token: { ...token, used: { host: b, key: now } } }, 'used-token'],
    ['is for the host that its token names', { token: { ...token, host: a } }, 'enrolled'],
    ['is for no other host than its token names', { token: { ...token, host: b } }, 'other-host'],
    ['takes no place that another has', { hostExists: true }, 'host-exists'],
    [
      'gives a known host another key by a token with its name',
      { token: { ...token, host: a }, hostExists: true },
      'enrolled',
    ],
    ['takes no key that was one already', { keyHolder: b }, 'key-in-use'],
  ])('%s', (_what, over, wanted) => {
    const judged = judgeEnrolment({ host: a, key: now }, { ...world, ...over });
    expect(judged.enroll ? 'enrolled' : judged.because).toBe(wanted);
  });
});
