import type { KeyObject } from 'node:crypto';
import type { RegionName } from '../../domain/names.ts';
import { keyId } from '../../protocol/dsse.ts';
import { KeyFileError, readPrivateKey, readTrustedKeys } from './read-keys.ts';

export interface RegionKeys {
  /** Signs this region's goals. */
  readonly directorKey: KeyObject;
  /** Of whom manifests must be. */
  readonly buildKey: KeyObject;
  /** Of the root document that names them. */
  readonly rootVersion: number;
}

/**
 * The keys of a region's worker. Hosts would refuse every goal by a key that their root document doesn't name, so that
 * is found here. @throws KeyFileError
 */
export async function readRegionKeys(files: {
  readonly region: RegionName;
  readonly directorKeyFile: string;
  readonly rootFile: string;
}): Promise<RegionKeys> {
  const { region, directorKeyFile, rootFile } = files;
  const directorKey = await readPrivateKey(directorKeyFile);
  const { directors, build, version } = await readTrustedKeys(rootFile);
  const director = directors.get(region);
  if (director === undefined) throw new KeyFileError(`${rootFile} names no director of region ${region}`);
  if (keyId(director) === keyId(directorKey)) return { directorKey, buildKey: build, rootVersion: version };
  throw new KeyFileError(`${directorKeyFile} is not the key of region ${region}'s director that ${rootFile} names`);
}
