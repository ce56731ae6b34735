import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { judgeHost, type HostRefusal } from '../../../domain/host-identity/admission.ts';
import { lifeFrom } from '../../../domain/host-identity/certificate-life.ts';
import { judgeEnrolment, type EnrolmentToken } from '../../../domain/host-identity/enrolment.ts';
import type { IdentityRow } from '../../../domain/host-identity/identity-row.ts';
import { judgeRenewal } from '../../../domain/host-identity/renewal.ts';
import type { Digest } from '../../../domain/names.ts';
import { keyDigest } from '../../../protocol/host-identity.ts';
import type { TestAuthority } from '../../../test/host-certificates.ts';
import { GatewayError } from '../../gateway/gateway-error.ts';
import type { ShownIdentity } from '../../gateway/gateway-connection.ts';
import type { CertificateSource } from '../../identity/ask-certificate.ts';
import { testHost } from '../test-region.ts';

const dayMs = 86_400_000;

/** What a region knows of its one host. */
export interface DeskState {
  readonly token: EnrolmentToken | null;
  readonly row: IdentityRow | null;
}

/** A region as its one host meets it where certificates are given: it judges by the rules of the real one. */
export class IdentityDesk implements CertificateSource {
  /** All that it ever knew, with the number of operations of the host's disk that had been made by then. */
  readonly history: { readonly at: number; readonly state: DeskState }[] = [];
  /** Keys that were shown after another one had taken their place: a real region would take them for a copied disk. */
  readonly former: Digest[] = [];
  state: DeskState;
  readonly #authority: TestAuthority;
  readonly #operations: () => number;

  constructor(authority: TestAuthority, state: DeskState, operations: () => number) {
    this.#authority = authority;
    this.#operations = operations;
    this.state = state;
    this.#become(state);
  }

  async enroll(_token: string, key: KeyObject): Promise<string> {
    const { token, row } = this.state;
    const asked = { host: testHost, key: keyDigest(createPublicKey(key)) };
    const keyHolder = row !== null && [row.key, row.nextKey, row.formerKey].includes(asked.key) ? testHost : null;
    const decision = judgeEnrolment(asked, { token, hostExists: row !== null, keyHolder, nowMs: Date.now() });
    if (!decision.enroll) throw new GatewayError(decision.because, 403, 0, 'enrolment-refused');
    if (token?.used === null) this.#become({ token: { ...token, used: asked }, row: newRow(asked.key) });
    return this.certify(key);
  }

  async renew(own: KeyObject, next: KeyObject): Promise<string> {
    this.#admit(keyDigest(createPublicKey(own)), (row, key) => judgeRenewal(row, key, Date.now()));
    const row = this.state.row!;
    this.#become({ ...this.state, row: { ...row, nextKey: keyDigest(createPublicKey(next)) } });
    return this.certify(next);
  }

  /** A request of the host. @returns the code of the problem, or null when it was let in */
  use({ certificate }: ShownIdentity): string | null {
    try {
      this.#admit(keyDigest(new X509Certificate(certificate).publicKey), (row, key) => {
        const { admitted, ...more } = judgeHost(row, key);
        return { renew: admitted, ...more };
      });
      return null;
    } catch (error) {
      return (error as GatewayError).problem;
    }
  }

  certify(key: KeyObject, fromMs = Date.now()): Promise<string> {
    return this.#authority.authority.certifyHost(testHost, createPublicKey(key), lifeFrom(fromMs, 90 * dayMs));
  }

  #admit(
    key: Digest,
    judge: (
      row: IdentityRow | null,
      key: Digest,
    ) => { readonly renew: boolean; readonly promote?: boolean; readonly because?: HostRefusal | 'away-too-long' },
  ): void {
    const { row } = this.state;
    const { renew, promote, because } = judge(row, key);
    if (because === 'former-key') this.former.push(key);
    if (!renew) throw new GatewayError(because!, 401, 0, because === 'revoked' ? 'host-revoked' : 'not-enrolled');
    if (promote && row !== null)
      this.#become({ ...this.state, row: { ...row, formerKey: row.key, key, nextKey: null } });
  }

  #become(state: DeskState): void {
    this.state = state;
    this.history.push({ at: this.#operations(), state });
  }
}

export const newRow = (key: Digest): IdentityRow => ({
  key,
  nextKey: null,
  formerKey: null,
  expiresAtMs: Date.now() + 90 * dayMs,
  isRevoked: false,
  quarantine: null,
});
