import { createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RegionName } from '../../domain/names.ts';
import { keyId } from '../../protocol/dsse.ts';
import { publicKeyDocument, type RootDocument } from '../../protocol/root-document.ts';
import { createAuthorityCertificate } from './certificate-authority.ts';
import { addSignature, nextRoot, signsAlone } from './next-root.ts';
import { KeyFileError, readPrivateKey } from './read-keys.ts';
import { publishRoot, readRoot } from './root-files.ts';
import { writeWhole } from './write-whole.ts';

type Authorities = NonNullable<RootDocument['authorities']>;

export interface Trust {
  /** Of the root document that is now in `root.json`. */
  readonly rootVersion: number;
  /** False when all was there already. */
  readonly changed: boolean;
}

/** Where each key lies below the keys folder. */
export const keyFiles = {
  root: 'root.json',
  rootKey: 'root-key.pem',
  build: 'control/build.pem',
  admission: 'control/admission.pem',
  approvalPublic: 'control/approval.pub.pem',
  approval: 'api/approval.pem',
  director: (region: RegionName): string => `region/${region}/director.pem`,
  authority: (region: RegionName): string => `region/${region}/authority.pem`,
} as const;

/**
 * Makes what is missing of the keys of an installation, and the root document over them. A key that is there is never
 * replaced; a new region makes a new version of the root document, which is written last, when all it names exists.
 * Regions that it names and `regions` doesn't stay in it. @throws KeyFileError when a file that is there can't be used
 */
export async function createTrust(directory: string, regions: readonly RegionName[], now: Date): Promise<Trust> {
  const rootFile = path.join(directory, keyFiles.root);
  const known = await readRoot(rootFile);
  const document = known?.document ?? null;
  const key = (file: string): Promise<KeyObject> => readOrMakeKey(path.join(directory, file), document !== null);
  const [build, admission, approval] = [
    await key(keyFiles.build),
    await key(keyFiles.admission),
    await key(keyFiles.approval),
  ];
  await writeWhole(path.join(directory, keyFiles.approvalPublic), publicPem(approval), 0o644);
  const directors = await makeDirectors(directory, regions, document);
  const roles = {
    build: publicKeyDocument(build),
    admission: publicKeyDocument(admission),
    directors: { ...document?.directors, ...directors },
    authorities: { ...document?.authorities, ...(await makeAuthorities(directory, regions, document, now)) },
  };
  if (document !== null && saysSame(document, roles)) return { rootVersion: document.version, changed: false };
  const rootKey = await key(keyFiles.rootKey);
  if (document !== null && !signsAlone(document, rootKey))
    throw new KeyFileError(
      `${rootFile} has to name new keys, and ${keyFiles.rootKey} alone can't sign that: propose the next root document, and have its root keys sign it`,
    );
  const next = document === null ? firstRoot(roles, publicKeyDocument(rootKey), now) : nextRoot(document, roles, now);
  const { version } = await publishRoot(rootFile, addSignature(next, rootKey));
  return { rootVersion: version, changed: true };
}

type Roles = Pick<RootDocument, 'build' | 'admission' | 'directors' | 'authorities'>;

const firstRoot = (roles: Roles, root: RootDocument['build'], now: Date): RootDocument => ({
  format: 'slipway.root/1',
  version: 1,
  issuedAt: now.toISOString(),
  root,
  ...roles,
});

async function makeDirectors(
  directory: string,
  regions: readonly RegionName[],
  known: RootDocument | null,
): Promise<RootDocument['directors']> {
  const made: RootDocument['directors'] = {};
  for (const region of regions) {
    const mustExist = known?.directors[region] !== undefined;
    made[region] = publicKeyDocument(await readOrMakeKey(path.join(directory, keyFiles.director(region)), mustExist));
  }
  return made;
}

async function makeAuthorities(
  directory: string,
  regions: readonly RegionName[],
  known: RootDocument | null,
  now: Date,
): Promise<Authorities> {
  const made: Authorities = {};
  for (const region of regions) {
    const certificates = known?.authorities?.[region] ?? [];
    const key = await readOrMakeKey(path.join(directory, keyFiles.authority(region)), certificates.length > 0);
    const isKnown = certificates.some((each) => keyId(keyOf(each)) === keyId(key));
    // Another key than before follows it: hosts that have certificates of the old one go on.
    made[region] = isKnown ? certificates : [...certificates, await createAuthorityCertificate(region, key, now)];
  }
  return made;
}

const keyOf = (certificate: string): KeyObject => new X509Certificate(Buffer.from(certificate, 'base64')).publicKey;

/** `mustExist`: an installation that has a root document has lost a key, and a new one would split its trust. */
async function readOrMakeKey(file: string, mustExist: boolean): Promise<KeyObject> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) return readPrivateKey(file);
  if (mustExist) throw new KeyFileError(`${file} is gone: restore it; the root document names its key`);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeWhole(file, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600);
  return privateKey;
}

function saysSame(known: RootDocument, roles: Roles): boolean {
  const ids = ({ build, admission, directors, authorities }: Roles): string[] => [
    ...[build, admission].map(({ keyid }) => keyid),
    ...Object.entries(directors).map(([region, key]) => `director ${region} ${key.keyid}`),
    ...Object.entries(authorities ?? {}).map(([region, certificates]) => `authority ${region} ${String(certificates)}`),
  ];
  return String(ids(known).sort()) === String(ids(roles).sort());
}

const publicPem = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
