import { readFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { isDigest, type Digest } from '../../domain/names.ts';
import type { ReleaseConfig } from '../../domain/spec/service-spec.ts';
import { decodeListing } from '../../protocol/listing.ts';
import { envelopeSchema } from '../../protocol/dsse.ts';
import { parseManifestRoot, type ManifestRoot } from '../../protocol/manifest.ts';
import { nameDigest, type ServiceDirectory } from '../agent-directory.ts';
import { hasCode, makeDirectory, readLink, syncDirectory } from '../durable-files.ts';
import { readConfig, ReleaseError } from './release-documents.ts';
import { removeTree } from './remove-tree.ts';
import { wrongEntries } from './tree-check.ts';

/** What is needed to run a release that is on disk. */
export interface InstalledRelease {
  readonly root: ManifestRoot;
  readonly config: ReleaseConfig;
  readonly tree: string;
}

/** Whole releases: those whose mark says their own name. */
export async function installedReleases(directory: ServiceDirectory): Promise<readonly Digest[]> {
  const names = await readdir(directory.releases).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  const whole = await Promise.all(
    names.map(nameDigest).map(async (release) => {
      const mark = await readFile(directory.release(release).ok, 'utf8').catch(() => null);
      return mark === release ? [release] : [];
    }),
  );
  return whole.flat();
}

/** Its documents, checked against its name again. @throws ReleaseError when they were changed. */
export async function readInstalled(directory: ServiceDirectory, release: Digest): Promise<InstalledRelease> {
  const { documents, tree } = directory.release(release);
  const root = await readRoot(directory, release);
  return { root, config: readConfig(await readFile(path.join(documents, 'config')), root), tree };
}

/** Reads every byte again: for after a boot that nobody prepared for (containerd/containerd#5854: zero-byte files). */
export async function isIntact(directory: ServiceDirectory, release: Digest): Promise<boolean> {
  try {
    const { documents, tree } = directory.release(release);
    const root = await readRoot(directory, release);
    const listing = decodeListing(await readFile(path.join(documents, 'listing')), root);
    return listing.ok && (await wrongEntries(tree, listing.entries)).length === 0;
  } catch (error) {
    // Documents that can't be read or parsed are no release; a disk that fails says nothing about them.
    if (hasCode(error, 'EIO') || hasCode(error, 'EMFILE')) throw error;
    return false;
  }
}

/** Takes a release away in one step, then its files. */
export async function removeRelease(directory: ServiceDirectory, release: Digest): Promise<void> {
  await makeDirectory(directory.staging);
  const removed = path.join(directory.staging, 'removed');
  await removeTree(removed);
  await rename(directory.release(release).root, removed).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  await syncDirectory(directory.releases);
  await removeTree(removed);
}

/** The release that a link points to, whether or not it is whole; null when there is no link. */
export async function linkedRelease(link: string): Promise<Digest | null> {
  const target = await readLink(link);
  const release = target === null ? null : nameDigest(path.basename(target));
  return release !== null && isDigest(release) ? release : null;
}

/** @throws ReleaseError, or what reading it met. */
export async function readRoot(directory: ServiceDirectory, release: Digest): Promise<ManifestRoot> {
  const text = await readFile(path.join(directory.release(release).documents, 'manifest.json'), 'utf8');
  const envelope = envelopeSchema.parse(JSON.parse(text));
  const parsed = parseManifestRoot(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  if (!parsed.ok) throw new ReleaseError(parsed.reason);
  if (parsed.digest !== release) throw new ReleaseError(`the documents of ${release} are of another release`);
  return parsed.root;
}
