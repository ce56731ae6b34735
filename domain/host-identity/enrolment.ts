import type { Digest, HostId } from '../names.ts';

/** An open door for one host, made by an operator; the token itself is stored nowhere. */
export interface EnrolmentToken {
  /** The only host that it lets in; `null`: any that isn't known yet. */
  readonly host: HostId | null;
  readonly expiresAtMs: number;
  readonly used: { readonly host: HostId; readonly key: Digest } | null;
}

export interface EnrolmentAsked {
  readonly host: HostId;
  readonly key: Digest;
}

export const tokenLifeMs = 60 * 60_000;

export type EnrolmentRefusal =
  'unknown-token' | 'expired-token' | 'used-token' | 'other-host' | 'host-exists' | 'key-in-use';
export type EnrolmentDecision =
  { readonly enroll: true } | { readonly enroll: false; readonly because: EnrolmentRefusal };

/** What the region knows already. */
export interface EnrolmentWorld {
  readonly token: EnrolmentToken | null;
  /** Whether a host of that name has an identity. */
  readonly hostExists: boolean;
  /** Whose key it is already, in use or before. */
  readonly keyHolder: HostId | null;
  readonly nowMs: number;
}

/**
 * Who has used a token already and asks again with the same key has not heard the answer: it is given again while the
 * token lives. A host that has an identity gets another one only by a token with its name: whoever has found a token for
 * anybody can't take its place.
 */
export function judgeEnrolment(asked: EnrolmentAsked, world: EnrolmentWorld): EnrolmentDecision {
  const { token, hostExists, keyHolder, nowMs } = world;
  if (token === null) return refused('unknown-token');
  if (nowMs > token.expiresAtMs) return refused('expired-token');
  if (token.used !== null)
    return token.used.host === asked.host && token.used.key === asked.key ? { enroll: true } : refused('used-token');
  if (token.host !== null && token.host !== asked.host) return refused('other-host');
  if (token.host === null && hostExists) return refused('host-exists');
  return keyHolder === null ? { enroll: true } : refused('key-in-use');
}

const refused = (because: EnrolmentRefusal): EnrolmentDecision => ({ enroll: false, because });
