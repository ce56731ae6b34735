// Before the library, which needs it.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';
import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { lifeFrom, type CertificateLife } from '../../domain/host-identity/certificate-life.ts';
import type { HostId, RegionName } from '../../domain/names.ts';
import { keyId } from '../../protocol/dsse.ts';
import { gatewayName, hostUri } from '../../protocol/host-identity.ts';

/** A region's authority: says which key is which host's, and which are its gateways'. */
export interface CertificateAuthority {
  readonly region: RegionName;
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** PEM. Good for nothing but to be this host towards its region. */
  certifyHost(host: HostId, key: KeyObject, life: CertificateLife): Promise<string>;
  /** With a key that was made for it and is stored nowhere. */
  certifyGateway(life: CertificateLife): Promise<GatewayCertificate>;
}

export interface GatewayCertificate {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

const algorithm = { name: 'Ed25519' } as const;
const dayMs = 86_400_000;
const authorityLifeMs = 3_650 * dayMs;

/** The authority's certificate over its own key; DER in base64, as it stands in the root document. */
export async function createAuthorityCertificate(region: RegionName, key: KeyObject, now: Date): Promise<string> {
  const keys = cryptoKeys(key);
  const { notBeforeMs, notAfterMs } = lifeFrom(now.getTime(), authorityLifeMs);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // Made again, after a crash before it was written, it is the same.
    serialNumber: `01${keyId(key)}`,
    name: `CN=slipway ${region}`,
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      // It certifies hosts and gateways, and no further authority.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return certificate.toString('base64');
}

/** @param certificate of the authority, DER in base64 */
export function openAuthority(region: RegionName, key: KeyObject, certificate: string): CertificateAuthority {
  const own = new X509Certificate(certificate);
  const { privateKey, publicKey } = cryptoKeys(key);
  const certify = async (subject: KeyObject, life: CertificateLife, name: string, usage: readonly Extension[]) => {
    const issued = await X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: `CN=${name.slice(0, 64)}`,
      issuer: own.subjectName,
      notBefore: new Date(life.notBeforeMs),
      notAfter: new Date(life.notAfterMs),
      publicKey: subject.toCryptoKey(algorithm, true, ['verify']),
      signingKey: privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await AuthorityKeyIdentifierExtension.create(publicKey),
        ...usage,
      ],
    });
    return issued.toString('pem');
  };
  return {
    region,
    certificate: own.toString('pem'),
    certifyHost: (host, subject, life) =>
      certify(subject, life, host, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth], true),
        new SubjectAlternativeNameExtension([{ type: 'url', value: hostUri(region, host) }], true),
      ]),
    async certifyGateway(life) {
      const pair = generateKeyPairSync('ed25519');
      const name = gatewayName(region);
      const issued = await certify(pair.publicKey, life, name, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth], true),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: name }], true),
      ]);
      return { key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, certificate: issued };
    },
  };
}

function cryptoKeys(key: KeyObject) {
  return {
    privateKey: key.toCryptoKey(algorithm, true, ['sign']),
    publicKey: createPublicKey(key).toCryptoKey(algorithm, true, ['verify']),
  };
}

/** 127 random bits, positive. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  return bytes.toString('hex');
}
