import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '../../domain/names.ts';
import type { FileEntry, ListingEntry } from '../../protocol/manifest.ts';
import type { TrustedKeys } from '../../protocol/root-document.ts';
import { digestName, type ServiceDirectory } from '../agent-directory.ts';
import { hasCode, isDiskFull, makeDirectory } from '../durable-files.ts';
import type { ReleaseSource } from '../gateway/gateway-client.ts';
import { DiskFullError, type DiskSpace, type Need } from './disk-space.ts';
import { fillTree, isFile } from './fill-tree.ts';
import { foreignEntry } from './foreign-entries.ts';
import { fetchDocuments, ReleaseError, type ReleaseDocuments, type WantedRelease } from './release-documents.ts';
import { makeWritable, removeTree } from './remove-tree.ts';
import { publishRelease, sealRelease } from './seal-release.ts';
import { findSeeds } from './seeds.ts';
import { SyncError } from './sync-tree.ts';
import { wrongEntries } from './tree-check.ts';

export interface Installation {
  readonly directory: ServiceDirectory;
  readonly source: ReleaseSource;
  readonly keys: Pick<TrustedKeys, 'build'>;
  readonly space: DiskSpace;
  /** Step 2: nothing is written before it resolves. */
  readonly onStarted: () => Promise<void>;
  readonly onBytes: (fetchedBytes: number, reusedBytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Brings a release to disk: steps 1 to 7 of docs/host-agent.md. What a killed attempt has finished stays finished. When
 * the disk is full, or can't be trusted to have written, all of this attempt goes; what runs is never touched.
 * @throws DiskFullError, ReleaseError, GatewayError, or the signal's reason.
 */
export async function installRelease(wanted: WantedRelease, installation: Installation): Promise<void> {
  const { directory, source, keys, signal } = installation;
  await stageRelease(wanted.release, await fetchDocuments(wanted, source, keys, signal), installation);
  await publishRelease(directory.staged(wanted.release), directory.release(wanted.release));
}

/** Steps 1 to 6: the release is whole, and has no name yet. @throws DiskFullError, ReleaseError, GatewayError, or the signal's reason. */
export async function stageRelease(
  release: Digest,
  documents: ReleaseDocuments,
  installation: Installation,
): Promise<void> {
  const { directory } = installation;
  const staged = directory.staged(release);
  await clearStaging(directory, release);
  const foreign = await foreignEntry(staged, documents.entries);
  if (foreign !== null) {
    await removeTree(staged.root);
    throw new ReleaseError(`somebody put ${foreign} where the release is brought together; all there was taken away`);
  }
  try {
    await build(release, documents, installation);
  } catch (error) {
    const cause = error instanceof SyncError ? error.cause : error;
    const full = isDiskFull(cause);
    if (full || error instanceof SyncError || hasCode(error, 'EIO')) await removeTree(staged.root);
    throw full ? new DiskFullError(`disk full while fetching: ${(error as Error).message}`) : error;
  }
}

async function build(release: Digest, documents: ReleaseDocuments, installation: Installation): Promise<void> {
  const { directory, space, onStarted } = installation;
  const staged = directory.staged(release);
  await makeWritable(staged.tree);
  const missing = (await wrongEntries(staged.tree, documents.entries)).filter(isFile);
  const promise = await space.promise(needOf(missing, documents.entries));
  try {
    await onStarted();
    await makeDirectory(directory.staging);
    await makeDirectory(directory.releases);
    await mkdir(staged.tree, { recursive: true, mode: 0o755 });
    await mkdir(staged.parts, { recursive: true, mode: 0o700 });
    await fillTree(staged, missing, { ...installation, release, seeds: await findSeeds(directory) });
    await sealRelease(staged, release, documents);
  } finally {
    promise.release();
  }
}

/** Folders and links count as files do; parts are files that are renamed. */
function needOf(missing: readonly FileEntry[], entries: readonly ListingEntry[]): Need {
  const folders = new Set(entries.map(({ path: name }) => path.dirname(name)));
  return {
    bytes: missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    files: missing.length + folders.size + entries.filter(({ kind }) => kind === 'link').length + 8,
  };
}

/** Attempts at other releases are nobody's any more: of each service one release is fetched at a time. */
async function clearStaging(directory: ServiceDirectory, release: Digest): Promise<void> {
  const names = await readdir(directory.staging).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  for (const name of names) if (name !== digestName(release)) await removeTree(path.join(directory.staging, name));
}
