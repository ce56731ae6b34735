import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { approvalVerbs, type Approval, type ApprovalVerb } from '../domain/approval/approval.ts';
import type { Capacities } from '../domain/approval/eligible.ts';
import type { ApprovalBinding } from '../domain/plan/plan.ts';
import { roles, type Role } from '../domain/states.ts';
import { givenReasonField, incidentField } from './api/people.ts';
import { deploymentField, digestField, regionField, releaseRefField, serviceField } from './fields.ts';

/** A token says what kind it is, so that no other JWT signed with the same key passes for an approval. */
const tokenType = 'slipway-approval+jwt';
const issuer = 'slipway-api';
const audience = 'slipway-deployment';
const algorithm = 'EdDSA';

/** 256 regions with names of 63 characters fit. */
export const approvalTokenMaxLength = 24 * 1024;
/** The longest that a token may be delivered, and that an approval may count (`approve.expires`). */
export const approvalTokenMaxAgeMs = 7 * 24 * 3_600_000;

/** What the api attests: this person, whom it authenticated, wants this verb on exactly this plan. */
export const approvalClaimsSchema = z.object({
  verb: z.enum(approvalVerbs),
  service: serviceField,
  deployment: deploymentField,
  release: releaseRefField,
  planDigest: digestField,
  /** The stage that may begin; left out where it is not about one. */
  stage: z.string().min(1).max(63).optional(),
  regions: z.array(regionField).min(1).max(256),
  /** Of the decision to skip one: which. */
  region: regionField.optional(),
  /** Of a resume or the end of an undo: what waits for it. */
  wait: z.string().min(1).max(500).optional(),
  sub: z.string().min(1).max(100),
  /** `null` of who has none, and is in a team that is asked. */
  role: z.enum(roles).nullable(),
  /** Of `break-glass`: signed with it, so that what it was broken for can't be exchanged. */
  emergency: z.object({ reason: givenReasonField, incident: incidentField }).optional(),
  /** Seconds since 1970, as JWT has it. */
  iat: z.int().min(0),
  exp: z.int().min(0),
  jti: z.string().min(1).max(100),
});
export type ApprovalClaims = z.infer<typeof approvalClaimsSchema>;

export interface ApprovalGrant {
  readonly verb: ApprovalVerb;
  readonly binding: ApprovalBinding;
  readonly person: string;
  readonly role: Role | null;
  readonly emergency?: ApprovalClaims['emergency'];
  /** Random, unique: names this token in the audit. */
  readonly id: string;
  readonly now: Date;
  readonly expiresMs: number;
}

/** Compact JWS. @throws RangeError when it would outlast `approvalTokenMaxAgeMs`. */
export function signApprovalToken(grant: ApprovalGrant, key: KeyObject): Promise<string> {
  const { verb, binding, person, role, emergency, id, now, expiresMs } = grant;
  if (!(expiresMs > 0 && expiresMs <= approvalTokenMaxAgeMs)) throw new RangeError(`approval of ${expiresMs} ms`);
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ verb, ...binding, role, ...(emergency && { emergency }) })
    .setProtectedHeader({ alg: algorithm, typ: tokenType })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(person)
    .setJti(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.ceil(expiresMs / 1000))
    .sign(key);
}

export type ApprovalRefusal = 'malformed' | 'bad-signature' | 'expired' | 'not-yet-valid' | 'wrong-kind' | 'wrong-verb';

/** Whether a token that is refused for this reason is one that the api made; all others are guesses. */
export const isSigned = (reason: ApprovalRefusal): boolean =>
  reason === 'expired' || reason === 'not-yet-valid' || reason === 'wrong-verb';

export type VerifiedApproval =
  { readonly ok: true; readonly claims: ApprovalClaims } | { readonly ok: false; readonly reason: ApprovalRefusal };

/** Signature, kind, age and verb. Whether it is bound to *this* deployment is `bindingMatches`. */
export async function verifyApprovalToken(
  token: string,
  expected: { readonly verb: ApprovalVerb; readonly key: KeyObject; readonly now: Date },
): Promise<VerifiedApproval> {
  if (token.length > approvalTokenMaxLength) return { ok: false, reason: 'malformed' };
  try {
    const { payload } = await jwtVerify(token, expected.key, {
      algorithms: [algorithm],
      typ: tokenType,
      issuer,
      audience,
      currentDate: expected.now,
      maxTokenAge: approvalTokenMaxAgeMs / 1000,
      // The api's clock and the worker's may differ by this much.
      clockTolerance: 5,
    });
    const claims = approvalClaimsSchema.safeParse(payload);
    if (!claims.success) return { ok: false, reason: 'malformed' };
    if (claims.data.verb !== expected.verb) return { ok: false, reason: 'wrong-verb' };
    // Glass that was broken for no reason is a token that the api never makes.
    const isWhole = (claims.data.verb === 'break-glass') === (claims.data.emergency !== undefined);
    return isWhole ? { ok: true, claims: claims.data } : { ok: false, reason: 'malformed' };
  } catch (error) {
    return { ok: false, reason: refusalOf(error) };
  }
}

/** @throws what is no fault of the token, such as a key of the wrong type. */
function refusalOf(error: unknown): ApprovalRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad-signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong-kind';
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim === 'iat' ? 'not-yet-valid' : 'wrong-kind';
  if (error instanceof errors.JOSEError) return 'malformed';
  throw error;
}

export type BindingComparison =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly differs: 'service' | 'deployment' | 'release' | 'plan' | 'stage' | 'regions' | 'region' | 'wait';
    };

/** Which part of what was approved is not what stands now. The order of regions has no meaning. */
export function bindingMatches(claims: ApprovalClaims, binding: ApprovalBinding): BindingComparison {
  if (claims.service !== binding.service) return { ok: false, differs: 'service' };
  if (claims.deployment !== binding.deployment) return { ok: false, differs: 'deployment' };
  const { number, digest } = claims.release;
  if (number !== binding.release.number || digest !== binding.release.digest) return { ok: false, differs: 'release' };
  if (claims.planDigest !== binding.planDigest) return { ok: false, differs: 'plan' };
  if (claims.region !== binding.region) return { ok: false, differs: 'region' };
  if (claims.stage !== binding.stage) return { ok: false, differs: 'stage' };
  if (claims.wait !== binding.wait) return { ok: false, differs: 'wait' };
  return sameMembers(claims.regions, binding.regions) ? { ok: true } : { ok: false, differs: 'regions' };
}

/** The approval that a verified token stands for. The token's own end bounds its delivery, not the approval. */
export const approvalOf = ({ sub, role }: ApprovalClaims, who: Capacities, acceptedAt: Date): Approval => ({
  approver: sub,
  role,
  ...who,
  approvedAt: acceptedAt.toISOString(),
});

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted());
}
