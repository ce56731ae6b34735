import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDigest, type Digest } from '../../domain/names.ts';
import type { ReleaseConfig } from '../../domain/spec/service-spec.ts';
import { decodeListing } from '../../protocol/listing.ts';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { parseManifestRoot, type ManifestRoot } from '../../protocol/manifest.ts';
import { nameDigest, type ServiceDirectory } from '../agent-directory.ts';
import { hasCode, makeDirectory, readLink, syncDirectory } from '../durable-files.ts';
import { bootId } from '../process-identity.ts';
import { readConfig, ReleaseError } from './release-documents.ts';
import { removedName, removeTree } from './remove-tree.ts';
import { wrongEntries } from './tree-check.ts';

/** What is needed to run a release that is on disk. */
export interface InstalledRelease {
  readonly digest: Digest;
  readonly root: ManifestRoot;
  readonly config: ReleaseConfig;
  readonly tree: string;
}

/** Whole releases: those whose mark says their own name. */
export async function installedReleases(directory: ServiceDirectory): Promise<readonly Digest[]> {
  const names = await readdir(directory.releases).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return [];
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
  const { root } = await readRoot(directory, release);
  return { digest: release, root, config: readConfig(await readFile(path.join(documents, 'config')), root), tree };
}

/**
 * Whether it is intact, as far as this boot of the machine can have changed it: it is read once after each. That it was is
 * noted beside it; a note that the disk loses costs another reading.
 */
export async function isSound(directory: ServiceDirectory, release: Digest): Promise<boolean> {
  const { checked } = directory.release(release);
  const boot = bootId();
  if ((await readFile(checked, 'utf8').catch(() => null)) === boot) {
    // Small, and what is started is read from them.
    return isRead(readInstalled(directory, release));
  }
  if (!(await isIntact(directory, release))) return false;
  await writeFile(checked, boot).catch(() => undefined);
  return true;
}

/** Reads every byte again: for after a boot that nobody prepared for (containerd/containerd#5854: zero-byte files). */
export const isIntact = (directory: ServiceDirectory, release: Digest): Promise<boolean> =>
  isRead(readWhole(directory, release));

async function readWhole(directory: ServiceDirectory, release: Digest): Promise<void> {
  const { root, tree } = await readInstalled(directory, release);
  const { documents } = directory.release(release);
  const listing = decodeListing(await readFile(path.join(documents, 'listing')), root);
  if (!listing.ok) throw new ReleaseError(listing.reason);
  if ((await wrongEntries(tree, listing.entries)).length > 0) throw new ReleaseError('the tree is not as listed');
}

/** What is missing or malformed is no release; a system that can't read says nothing about it. */
async function isRead(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading;
    return true;
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'].some((code) => hasCode(error, code));
    if (missing || error instanceof ReleaseError || error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Takes a release away in one step, then its files. */
export async function removeRelease(directory: ServiceDirectory, release: Digest): Promise<void> {
  await makeDirectory(directory.staging);
  const removed = path.join(directory.staging, removedName);
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

/** A release's root, and what was signed of it. */
export interface SignedRoot {
  readonly root: ManifestRoot;
  readonly envelope: Envelope;
}

/** @throws ReleaseError, or what reading it met. */
export async function readRoot(directory: ServiceDirectory, release: Digest): Promise<SignedRoot> {
  const text = await readFile(path.join(directory.release(release).documents, 'manifest.json'), 'utf8');
  const envelope = envelopeSchema.safeParse(JSON.parse(text));
  if (!envelope.success) throw new ReleaseError('the manifest is malformed');
  const parsed = parseManifestRoot(Buffer.from(envelope.data.payload, 'base64').toString('utf8'));
  if (!parsed.ok) throw new ReleaseError(parsed.reason);
  if (parsed.digest !== release) throw new ReleaseError(`the documents of ${release} are of another release`);
  return { root: parsed.root, envelope: envelope.data };
}
