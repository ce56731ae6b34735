import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signDocument, type Envelope } from '../../protocol/dsse.ts';
import { publicKeyDocument, rootType } from '../../protocol/root-document.ts';

/** The private keys of an installation with one region, and the root document over them. */
export interface TestTrust {
  readonly rootKey: KeyObject;
  readonly build: KeyObject;
  readonly admission: KeyObject;
  readonly director: KeyObject;
  /** Certificate of the region's authority, DER in base64; without it hosts trust no gateway. */
  readonly authority?: string;
  readonly root: Envelope;
}

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

export function newTrust(region: string, authority?: string): TestTrust {
  const made = { rootKey: newKey(), build: newKey(), admission: newKey(), director: newKey() };
  const keys = { ...made, ...(authority !== undefined && { authority }) };
  return { ...keys, root: signRoot(keys, region, 1) };
}

export function signRoot(keys: Omit<TestTrust, 'root'>, region: string, version: number): Envelope {
  const document = {
    format: 'slipway.root/1',
    version,
    issuedAt: '2026-01-01T00:00:00.000Z',
    root: publicKeyDocument(keys.rootKey),
    build: publicKeyDocument(keys.build),
    admission: publicKeyDocument(keys.admission),
    directors: { [region]: publicKeyDocument(keys.director) },
    ...(keys.authority !== undefined && { authorities: { [region]: [keys.authority] } }),
  };
  return signDocument(rootType, document, keys.rootKey);
}
