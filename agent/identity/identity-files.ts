import { createPrivateKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CertificateLife } from '../../domain/host-identity/certificate-life.ts';
import type { Digest, HostId, RegionName } from '../../domain/names.ts';
import { hostUri } from '../../protocol/host-identity.ts';
import { couldNotLook, hasCode, removeFile, replaceFile } from '../durable-files.ts';

/** A key of this host, and its certificate once there is one. */
export interface HostKey {
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string | null;
  /** Of the token that it was enrolled with, so that another one is recognised. */
  readonly token: Digest | null;
}

/**
 * `host` is in use. `next` was certified by a renewal and hasn't worked yet. `former` is the one before: of use when the
 * region's database was restored from before the renewal. `enrolling` waits for its first certificate.
 */
export const identityRoles = ['next', 'host', 'former', 'enrolling'] as const;
export type IdentityRole = (typeof identityRoles)[number];

export interface IdentityFiles {
  /**
   * Null when there is none, or none that can be used: damaged, of another host or region. @throws where nobody could look (no
   * descriptors, EIO): there may be one
   */
  read(role: IdentityRole): Promise<HostKey | null>;
  write(role: IdentityRole, key: HostKey): Promise<void>;
  remove(role: IdentityRole): Promise<void>;
}

export interface OwnName {
  readonly host: HostId;
  readonly region: RegionName;
}

const format = 'slipway.identity/1';

/** Half a file, or none of it: no program could use it. */
export class TornFileError extends Error {
  override readonly name = 'TornFileError';
  readonly code = 'torn-file';
}

/** @param onUnusable told once of each file that is there and can't be used, with why, for people, and by what error */
export function openIdentityFiles(
  folder: string,
  own: OwnName,
  onUnusable: (file: string, why: string, error: unknown) => void,
): IdentityFiles {
  const fileOf = (role: IdentityRole): string => path.join(folder, `${role}.json`);
  const told = new Set<string>();
  const tell = (file: string, error: unknown): void => {
    const { message } = error as Error;
    if (told.has(`${file}: ${message}`)) return;
    told.add(`${file}: ${message}`);
    onUnusable(file, message, error);
  };
  return {
    async read(role) {
      const file = fileOf(role);
      try {
        return parseIdentity(await readFile(file, 'utf8'), own);
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) tell(file, error);
        if (couldNotLook(error)) throw error;
        return null;
      }
    },
    async write(role, { key, certificate, token }) {
      const pem = key.export({ type: 'pkcs8', format: 'pem' });
      await replaceFile(fileOf(role), `${JSON.stringify({ format, ...own, token, certificate, key: pem })}\n`);
    },
    remove: (role) => removeFile(fileOf(role)),
  };
}

export const newHostKey = (token: Digest | null): HostKey => ({
  key: generateKeyPairSync('ed25519').privateKey,
  certificate: null,
  token,
});

/** When a certificate is valid. */
export function lifeOf(certificate: string): CertificateLife {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return { notBeforeMs: Date.parse(validFrom), notAfterMs: Date.parse(validTo) };
}

/** @throws Error with why it can't be used, for people; never with what it holds */
function parseIdentity(text: string, own: OwnName): HostKey {
  const read = parseJson(text);
  if (read['format'] !== format) throw new Error('it holds no identity of a host');
  if (read['host'] !== own.host || read['region'] !== own.region)
    throw new Error(`it is the identity of ${String(read['host'])} in ${String(read['region'])}`);
  const key = parseKey(read['key']);
  const certificate = read['certificate'] ?? null;
  if (certificate !== null) checkCertificate(certificate, key, own);
  return { key, certificate: certificate as string | null, token: (read['token'] ?? null) as Digest | null };
}

function parseJson(text: string): Record<string, unknown> {
  if (text.trim() === '') throw new TornFileError('it is empty');
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new TornFileError('it is torn');
  }
}

function parseKey(pem: unknown): KeyObject {
  try {
    const key = createPrivateKey(String(pem));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new Error('its key is damaged');
}

function checkCertificate(pem: unknown, key: KeyObject, { host, region }: OwnName): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(String(pem));
  } catch {
    throw new Error('its certificate is damaged');
  }
  if (!certificate.checkPrivateKey(key)) throw new Error('its certificate is of another key');
  if (certificate.subjectAltName !== `URI:${hostUri(region, host)}`)
    throw new Error('its certificate is of another host');
}
