import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RebuildEffect } from '../../domain/host/effects.ts';
import type { Digest } from '../../domain/names.ts';
import { decodeListing } from '../../protocol/listing.ts';
import type { ServiceDirectory } from '../agent-directory.ts';
import { hasCode } from '../durable-files.ts';
import { stageRelease, type Installation } from '../install/install-release.ts';
import { readRoot } from '../install/installed-release.ts';
import { fetchDocuments, readConfig, ReleaseError, type ReleaseDocuments } from '../install/release-documents.ts';
import { isOfTree } from './what-is-wrong.ts';

/**
 * Makes a fresh tree of a release that is installed, beside it: from files on this disk that are right, and the gateway's chunks
 * for the rest. Where every byte is here it needs no network. @throws as installRelease
 */
export async function rebuildRelease(wanted: RebuildEffect, installation: Installation): Promise<void> {
  const { directory } = installation;
  const documents = await documentsOnDisk(directory, wanted.release).catch((error: unknown) => {
    // What this disk does not read comes from the gateway: nothing is taken away because of it.
    if (isOfTree(error) || hasCode(error, 'EIO')) return null;
    throw error;
  });
  await stageRelease(wanted.release, documents ?? (await documentsAgain(wanted, installation)), installation);
}

/** What a release's name vouches for, byte by byte: it was verified by its signature when it came. @throws when it was changed */
export async function documentsOnDisk(directory: ServiceDirectory, release: Digest): Promise<ReleaseDocuments> {
  const { documents } = directory.release(release);
  const { root, envelope } = await readRoot(directory, release);
  const [listing, configBytes] = await Promise.all([
    readFile(path.join(documents, 'listing')),
    readFile(path.join(documents, 'config')),
  ]);
  const decoded = decodeListing(listing, root);
  if (!decoded.ok) throw new ReleaseError(decoded.reason);
  return { root, envelope, entries: decoded.entries, listing, config: readConfig(configBytes, root), configBytes };
}

function documentsAgain(wanted: RebuildEffect, { source, keys, signal }: Installation): Promise<ReleaseDocuments> {
  const { service, release, config } = wanted;
  if (config === null)
    throw new ReleaseError('the documents of the release were changed, and no admission of the goal covers it');
  return fetchDocuments({ service, release, config }, source, keys, signal);
}
