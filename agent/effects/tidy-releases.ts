import type { Digest, ServiceName } from '../../domain/names.ts';
import type { ActParts } from '../host-parts.ts';
import { removeRelease } from '../install/installed-release.ts';
import { moveLink } from './switch-release.ts';

type Parts = Pick<ActParts, 'directory' | 'dispatch' | 'log'>;

export async function movePrevious(service: ServiceName, release: Digest, parts: Parts): Promise<void> {
  await moveLink(parts, parts.directory.service(service).previous, release);
  await parts.dispatch({ type: 'previousMoved', service, release, atMs: Date.now() });
}

export async function collectReleases(service: ServiceName, releases: readonly Digest[], parts: Parts): Promise<void> {
  const directory = parts.directory.service(service);
  for (const release of releases) await removeRelease(directory, release);
  parts.log.info('collected', { service, releases });
  await parts.dispatch({ type: 'collected', service, releases, atMs: Date.now() });
}
