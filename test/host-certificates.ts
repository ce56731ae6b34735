import { generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';
import { lifeFrom, type CertificateLife } from '../domain/host-identity/certificate-life.ts';
import { hostId, regionName, type HostId, type RegionName } from '../domain/names.ts';
import { createAuthorityCertificate, openAuthority } from '../infra/keys/certificate-authority.ts';
import type { RegionAuthority } from '../infra/keys/region-authority.ts';
import type { Database } from '../infra/postgres/connect.ts';
import { enrollHost } from '../infra/postgres/region/enroll-host.ts';
import { keyDigest } from '../protocol/host-identity.ts';

/** An authority as a region has it, with a key that was made for it. */
export interface TestAuthority extends RegionAuthority {
  readonly key: KeyObject;
  /** Of a host that nobody knows: its key is certified, and that is all. */
  certify(host: string, pair?: KeyPair, life?: CertificateLife): Promise<ShownIdentity>;
}

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const newKeyPair = (): KeyPair => generateKeyPairSync('ed25519');
const dayMs = 86_400_000;
const aDay = (): CertificateLife => lifeFrom(Date.now(), dayMs);

export async function createTestAuthority(name = 'eu-west'): Promise<TestAuthority> {
  const region: RegionName = regionName(name);
  const key = newKeyPair().privateKey;
  const certificate = await createAuthorityCertificate(region, key, new Date());
  const authority = openAuthority(region, key, certificate);
  return {
    key,
    authority,
    trusted: [new X509Certificate(authority.certificate)],
    async certify(host, pair = newKeyPair(), life = aDay()) {
      return {
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        certificate: await authority.certifyHost(hostId(host), pair.publicKey, life),
      };
    },
  };
}

let ofEuWest: Promise<TestAuthority> | null = null;
/** The authority of eu-west in this test file. */
export const testAuthority = (): Promise<TestAuthority> => (ofEuWest ??= createTestAuthority());

/** Makes the host known to its region, with a certificate. */
export async function enrollWithCertificate(
  database: Database,
  host: HostId,
  labels: Readonly<Record<string, string>> = {},
): Promise<ShownIdentity> {
  const pair = newKeyPair();
  const { certify } = await testAuthority();
  const expiresAtMs = aDay().notAfterMs;
  await enrollHost(database, host, labels, { key: keyDigest(pair.publicKey), machine: null, expiresAtMs });
  return certify(host, pair);
}
