import type { X509Certificate } from 'node:crypto';
import type { RegionName } from '../../domain/names.ts';
import { keyId } from '../../protocol/dsse.ts';
import { openAuthority, type CertificateAuthority } from './certificate-authority.ts';
import { KeyFileError, readPrivateKey, readTrustedKeys } from './read-keys.ts';

export interface RegionAuthority {
  readonly authority: CertificateAuthority;
  /** All that hosts of this region trust; two while one follows another. */
  readonly trusted: readonly X509Certificate[];
}

/**
 * The authority of a region, for its gateways. Hosts would refuse every certificate by a key that their root document
 * doesn't name, so that is found here. @throws KeyFileError
 */
export async function readRegionAuthority(files: {
  readonly region: RegionName;
  readonly authorityKeyFile: string;
  readonly rootFile: string;
}): Promise<RegionAuthority> {
  const { region, authorityKeyFile, rootFile } = files;
  const key = await readPrivateKey(authorityKeyFile);
  const { authorities } = await readTrustedKeys(rootFile);
  const trusted = authorities.get(region);
  if (trusted === undefined) throw new KeyFileError(`${rootFile} names no authority of region ${region}`);
  const own = trusted.find((certificate) => keyId(certificate.publicKey) === keyId(key));
  if (own === undefined)
    throw new KeyFileError(`${authorityKeyFile} is not the key of region ${region}'s authority that ${rootFile} names`);
  return { authority: openAuthority(region, key, own.raw.toString('base64')), trusted };
}
