import { lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDigest, type Digest, type ServiceName } from '../../domain/names.ts';
import { digestName, nameDigest, type ServiceDirectory } from '../agent-directory.ts';
import { hasCode, syncDirectory } from '../durable-files.ts';
import type { ActParts } from '../host-parts.ts';
import { linkedRelease } from '../install/installed-release.ts';
import { removeTree } from '../install/remove-tree.ts';
import type { Log } from '../log.ts';

type Parts = Pick<ActParts, 'directory' | 'dispatch' | 'log' | 'readState'>;

/** Beside the release, so that what runs in it keeps its files until it has ended. */
const suffix = '.replaced';
const mostAsides = 4;

/**
 * The fresh tree takes the place of the one that was changed; what runs is never written to. That it has to start anew is journalled
 * first: an agent that is killed in between starts it once too often, and never leaves it on what was taken away.
 */
export async function replaceTree(service: ServiceName, release: Digest, parts: Parts): Promise<void> {
  const directory = parts.directory.service(service);
  const [staged, published] = [directory.staged(release), directory.release(release)];
  const mark = await readFile(staged.ok, 'utf8').catch(() => null);
  if (mark !== release) return parts.dispatch({ type: 'rebuildLost', service, release, atMs: Date.now() });
  // A loss of power must not take the fresh tree's name and keep that what ran was moved aside.
  await syncDirectory(directory.staging);
  const running = parts.readState().services.get(service)?.instance;
  const instance = running?.release === release ? running.id : null;
  await parts.dispatch({ type: 'treeReplaced', service, release, instance, atMs: Date.now() });
  const aside = await freeAside(published.root);
  await rename(published.root, aside).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  await rename(staged.root, published.root);
  await syncDirectory(directory.releases);
  await syncDirectory(directory.staging);
  parts.log.warn('a fresh tree took the place of one that was changed', { service, release });
  await parts.dispatch({ type: 'mended', service, release, atMs: Date.now() });
}

/** Once nothing runs from them any more. What can't be removed is in nobody's way, and is tried again at the next look. */
export async function removeReplaced({ releases }: ServiceDirectory, log: Log): Promise<void> {
  for (const { name } of await replacedIn(releases)) {
    const folder = path.join(releases, name);
    await removeTree(folder).catch((error: Error) =>
      log.debug('what was replaced could not be removed', { folder, reason: error.message }),
    );
  }
}

/**
 * Of an agent that was killed between the two renames: the fresh tree takes its place after all, or, where there is none any more,
 * what was there does, and is read again before it is started. No odd entry keeps an agent from its other services.
 */
export async function restoreReplaced(directory: ServiceDirectory, log: Log): Promise<void> {
  for (const { name, release } of await toRestore(directory)) {
    const aside = path.join(directory.releases, name);
    await restore(release, aside, directory).catch((error: Error) =>
      log.error('what was replaced could not be put back', { folder: aside, reason: error.message }),
    );
  }
}

async function toRestore(directory: ServiceDirectory): Promise<readonly Replaced[]> {
  const replaced = await replacedIn(directory.releases);
  const linked = await linkedRelease(directory.current);
  // A loss of power may have taken both names: that it had, and that it was to have.
  const isLost = linked !== null && !replaced.some(({ release }) => release === linked);
  return isLost ? [...replaced, { name: `${digestName(linked)}${suffix}`, release: linked }] : replaced;
}

async function restore(release: Digest, aside: string, directory: ServiceDirectory): Promise<void> {
  const [staged, published] = [directory.staged(release), directory.release(release)];
  if (await isThere(published.root)) return;
  if ((await readFile(staged.ok, 'utf8').catch(() => null)) === release) {
    await rename(staged.root, published.root);
    await syncDirectory(directory.staging);
  } else if (await isFolder(aside)) {
    await rm(path.join(aside, path.relative(published.root, published.checked)), { force: true });
    await rename(aside, published.root);
  }
  await syncDirectory(directory.releases);
}

/** A name beside the release, freed. One that can't be (another account's, a mount) is left for the next. */
async function freeAside(root: string): Promise<string> {
  for (let n = 1; ; n++) {
    const aside = `${root}${n === 1 ? '' : `.${n}`}${suffix}`;
    try {
      await removeTree(aside);
      return aside;
    } catch (error) {
      const isForeign = ['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'].some((code) => hasCode(error, code));
      if (n === mostAsides || !isForeign) throw error;
    }
  }
}

interface Replaced {
  readonly name: string;
  readonly release: Digest;
}

/** What is named after no release is somebody else's. */
async function replacedIn(releases: string): Promise<readonly Replaced[]> {
  const names = (await readdir(releases).catch(() => [])).filter((name) => name.endsWith(suffix));
  return names
    .map((name) => ({ name, release: nameDigest(name.split('.')[0]!) }))
    .filter(({ release }) => isDigest(release));
}

const isFolder = (file: string): Promise<boolean> =>
  lstat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );

const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );
