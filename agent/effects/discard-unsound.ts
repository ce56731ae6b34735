import { serviceOf } from '../../domain/host/service-state.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { ActParts } from '../host-parts.ts';
import { isSound, removeRelease } from '../install/installed-release.ts';

/**
 * Takes a release away that the disk has damaged, so that another one is gone to, or the same one is fetched again.
 * True when it did; the state has heard of it then.
 */
export async function discardUnsound(
  service: ServiceName,
  release: Digest,
  { directory, dispatch, log, readState }: Pick<ActParts, 'directory' | 'dispatch' | 'log' | 'readState'>,
): Promise<boolean> {
  const folder = directory.service(service);
  if (await isSound(folder, release)) return false;
  if (!serviceOf(readState(), service).onDisk.includes(release)) throw new Error(`${release} is not on disk`);
  log.error('a release on disk is damaged', { service, release });
  await removeRelease(folder, release);
  await dispatch({ type: 'collected', service, releases: [release], atMs: Date.now() });
  return true;
}
