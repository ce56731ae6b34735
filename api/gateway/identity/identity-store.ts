import type { EnrolmentDecision } from '../../../domain/host-identity/enrolment.ts';
import type { IdentityRow } from '../../../domain/host-identity/identity-row.ts';
import type { Presence } from '../../../domain/host-identity/presence.ts';
import type { RenewalDecision } from '../../../domain/host-identity/renewal.ts';
import type { Digest, HostId } from '../../../domain/names.ts';
import type { KnownHost } from '../host-identity.ts';

/** A host as the region knows it, with all that decides whether it comes in. */
export interface StoredHost extends KnownHost {
  readonly identity: IdentityRow;
  readonly presence: Presence;
  /** Of the last report that was taken. */
  readonly reportSequence: number;
}

export interface AskedEnrolment {
  readonly token: string;
  readonly host: HostId;
  /** Proven. */
  readonly key: Digest;
  readonly machine: Digest | null;
  /** Of the certificate that is made when it is granted. */
  readonly expiresAtMs: number;
}

export interface AskedRenewal {
  readonly host: HostId;
  /** Both proven. */
  readonly key: Digest;
  readonly nextKey: Digest;
  readonly expiresAtMs: number;
}

/** Identities of a region's hosts, shared by its gateways. */
export interface IdentityStore {
  /** Of a round of requests; who is no host of the region is missing. */
  findAll(hosts: readonly HostId[]): Promise<ReadonlyMap<HostId, StoredHost>>;
  /** The renewed key has worked: the one before it is let in no more. */
  promote(host: HostId, key: Digest): Promise<void>;
  /** Remembers what was heard, unless another gateway has heard something meanwhile. */
  notePresence(host: HostId, before: Presence, now: Presence): Promise<void>;
  /** False when it was so already. */
  quarantine(host: HostId, why: string): Promise<boolean>;
  /** Uses the token, or counts the refusal. */
  enroll(asked: AskedEnrolment): Promise<EnrolmentDecision>;
  renew(asked: AskedRenewal): Promise<RenewalDecision>;
  /** Hosts that are revoked or quarantined. */
  shutOut(): Promise<readonly HostId[]>;
}
