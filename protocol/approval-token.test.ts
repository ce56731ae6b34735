import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import type { ApprovalBinding } from '../domain/plan/plan.ts';
import {
  approvalOf,
  approvalTokenMaxAgeMs,
  bindingMatches,
  signApprovalToken,
  verifyApprovalToken,
  type ApprovalGrant,
  type VerifiedApproval,
} from './approval-token.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const now = new Date('2026-11-24T12:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);
const minute = 60_000;

const binding: ApprovalBinding = {
  service: serviceName('checkout'),
  deployment: deploymentNumber(87),
  release: { number: releaseNumber(412), digest: digest(`sha256:${'a'.repeat(64)}`) },
  planDigest: digest(`sha256:${'b'.repeat(64)}`),
  regions: [regionName('eu-west'), regionName('ap-south')],
};
const grant: ApprovalGrant = {
  verb: 'approve',
  binding,
  person: 'mo',
  role: 'release-owner',
  id: 'token-1',
  now,
  expiresMs: 240 * minute,
};
const verify = (token: string, at = now): Promise<VerifiedApproval> =>
  verifyApprovalToken(token, { verb: 'approve', key: publicKey, now: at });

describe('an approval token', () => {
  test('says who approves what and in which role; it counts from when it was accepted', async () => {
    const verified = await verify(await signApprovalToken(grant, privateKey));
    if (!verified.ok) throw new Error(verified.reason);
    expect(verified.claims).toMatchObject({
      ...binding,
      verb: 'approve',
      sub: 'mo',
      role: 'release-owner',
      jti: 'token-1',
    });
    expect(approvalOf(verified.claims, { roles: ['release-owner'], teams: [] }, later(minute))).toEqual({
      approver: 'mo',
      role: 'release-owner',
      roles: ['release-owner'],
      teams: [],
      approvedAt: '2026-11-24T12:01:00.000Z',
    });
  });

  test('counts until it expires, give or take five seconds of two clocks', async () => {
    const token = await signApprovalToken(grant, privateKey);
    expect((await verify(token, later(240 * minute))).ok).toBe(true);
    expect(await verify(token, later(240 * minute + 6000))).toEqual({ ok: false, reason: 'expired' });
    expect((await verify(token, later(-4000))).ok).toBe(true);
    expect(await verify(token, later(-minute))).toEqual({ ok: false, reason: 'not-yet-valid' });
  });

  test('is for one verb', async () => {
    const token = await signApprovalToken({ ...grant, verb: 'resume' }, privateKey);
    expect(await verify(token)).toEqual({ ok: false, reason: 'wrong-verb' });
  });

  test('may not be made to last longer than a week', async () => {
    const tooLong = { ...grant, expiresMs: approvalTokenMaxAgeMs + 1 };
    expect(() => signApprovalToken(tooLong, privateKey)).toThrow(RangeError);
    expect(() => signApprovalToken({ ...grant, expiresMs: 0 }, privateKey)).toThrow(RangeError);
  });

  test('of 256 regions with the longest names fits', async () => {
    const regions = Array.from({ length: 256 }, (_, i) => regionName(`r${String(i).padStart(62, '0')}`));
    const token = await signApprovalToken({ ...grant, binding: { ...binding, regions } }, privateKey);
    expect((await verify(token)).ok).toBe(true);
  });
});

describe('nothing else passes for one', () => {
  const claims = { ...binding, verb: 'approve', role: 'release-owner' };
  const forged = (changed: object = {}): SignJWT =>
    new SignJWT({ ...claims, ...changed })
      .setIssuer('slipway-api')
      .setAudience('slipway-deployment')
      .setSubject('mo')
      .setJti('token-1')
      .setIssuedAt(now)
      .setExpirationTime(later(minute));
  const header = { alg: 'EdDSA', typ: 'slipway-approval+jwt' };

  test('the control: a forgery with the right key and every claim would', async () => {
    expect((await verify(await forged().setProtectedHeader(header).sign(privateKey))).ok).toBe(true);
  });

  test('a token of another key', async () => {
    const token = await forged().setProtectedHeader(header).sign(generateKeyPairSync('ed25519').privateKey);
    expect(await verify(token)).toEqual({ ok: false, reason: 'bad-signature' });
  });

  test('a token changed after it was signed', async () => {
    const [head, , signature] = (await signApprovalToken(grant, privateKey)).split('.');
    const body = Buffer.from(JSON.stringify({ ...claims, sub: 'lin' })).toString('base64url');
    expect(await verify(`${head}.${body}.${signature}`)).toEqual({ ok: false, reason: 'bad-signature' });
  });

  test('a token without a signature', async () => {
    const unsigned = new UnsecuredJWT(claims).setIssuer('slipway-api').setAudience('slipway-deployment').encode();
    expect((await verify(unsigned)).ok).toBe(false);
  });

  test('a token "signed" with the public key as a shared secret', async () => {
    const secret = createSecretKey(publicKey.export({ type: 'spki', format: 'der' }));
    const token = await forged()
      .setProtectedHeader({ ...header, alg: 'HS256' })
      .sign(secret);
    expect(await verify(token)).toEqual({ ok: false, reason: 'wrong-kind' });
  });

  test.each([
    ['of another type', forged().setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' }), 'wrong-kind'],
    ['for another audience', forged().setAudience('elsewhere').setProtectedHeader(header), 'wrong-kind'],
    ['from another issuer', forged().setIssuer('elsewhere').setProtectedHeader(header), 'wrong-kind'],
    ['with a verb that needs none', forged({ verb: 'pause' }).setProtectedHeader(header), 'malformed'],
    ['with an invented role', forged({ role: 'king' }).setProtectedHeader(header), 'malformed'],
    ['without regions', forged({ regions: [] }).setProtectedHeader(header), 'malformed'],
  ])('a token %s', async (_, made, reason) => {
    expect(await verify(await made.sign(privateKey))).toEqual({ ok: false, reason });
  });

  test('a token that never expires', async () => {
    const token = await new SignJWT(claims)
      .setProtectedHeader(header)
      .setIssuer('slipway-api')
      .setAudience('slipway-deployment')
      .setSubject('mo')
      .setJti('token-1')
      .setIssuedAt(now)
      .sign(privateKey);
    expect(await verify(token)).toEqual({ ok: false, reason: 'malformed' });
  });

  test.each(['', 'x', 'a.b.c', '..', 'x'.repeat(30_000)])('%.10j', async (text) => {
    expect(await verify(text)).toEqual({ ok: false, reason: 'malformed' });
  });
});

describe('a token is bound to', () => {
  test.each([
    ['service', { service: serviceName('mail') }],
    ['deployment', { deployment: deploymentNumber(88) }],
    ['release', { release: { ...binding.release, number: releaseNumber(413) } }],
    ['release', { release: { ...binding.release, digest: digest(`sha256:${'c'.repeat(64)}`) } }],
    ['plan', { planDigest: digest(`sha256:${'c'.repeat(64)}`) }],
    ['regions', { regions: [...binding.regions, regionName('us-east')] }],
    ['regions', { regions: [regionName('eu-west'), regionName('us-east')] }],
  ] as const)('its %s', async (differs, changed) => {
    const verified = await verify(await signApprovalToken(grant, privateKey));
    if (!verified.ok) throw new Error(verified.reason);
    expect(bindingMatches(verified.claims, binding)).toEqual({ ok: true });
    expect(bindingMatches(verified.claims, { ...binding, ...changed })).toEqual({ ok: false, differs });
  });

  test('its regions in any order', async () => {
    const verified = await verify(await signApprovalToken(grant, privateKey));
    if (!verified.ok) throw new Error(verified.reason);
    expect(bindingMatches(verified.claims, { ...binding, regions: binding.regions.toReversed() })).toEqual({
      ok: true,
    });
  });
});

test('a token to resume is for what waited when it was made, and for nothing that waits later', async () => {
  const [pause, hold] = ['pause since 12:00', 'hold in us-east since 12:05'];
  const claimsOf = async (wait?: string) => {
    const resume = { ...grant, verb: 'resume', binding: { ...binding, ...(wait !== undefined && { wait }) } } as const;
    const token = await signApprovalToken(resume, privateKey);
    const verified = await verifyApprovalToken(token, { verb: 'resume', key: publicKey, now });
    if (!verified.ok) throw new Error(verified.reason);
    return verified.claims;
  };
  expect(bindingMatches(await claimsOf(pause), { ...binding, wait: pause })).toEqual({ ok: true });
  const other = { ok: false, differs: 'wait' };
  expect(bindingMatches(await claimsOf(pause), { ...binding, wait: hold })).toEqual(other);
  expect(bindingMatches(await claimsOf(), { ...binding, wait: hold })).toEqual(other);
});

test('a token to skip a region is for that region, and a token of the plan is for none', async () => {
  const [eu, ap] = binding.regions as [never, never];
  const claimsOf = async (region?: never) => {
    const token = await signApprovalToken(
      { ...grant, verb: 'skip-region', binding: { ...binding, region } },
      privateKey,
    );
    const verified = await verifyApprovalToken(token, { verb: 'skip-region', key: publicKey, now });
    if (!verified.ok) throw new Error(verified.reason);
    return verified.claims;
  };
  expect(bindingMatches(await claimsOf(ap), { ...binding, region: ap })).toEqual({ ok: true });
  const other = { ok: false, differs: 'region' };
  expect(bindingMatches(await claimsOf(ap), { ...binding, region: eu })).toEqual(other);
  expect(bindingMatches(await claimsOf(ap), binding)).toEqual(other);
  expect(bindingMatches(await claimsOf(), { ...binding, region: eu })).toEqual(other);
});
