import { readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { ServiceDirectory } from '../agent-directory.ts';
import { hasCode, syncDirectory } from '../durable-files.ts';
import type { ActParts } from '../host-parts.ts';
import { removeTree } from '../install/remove-tree.ts';

type Parts = Pick<ActParts, 'directory' | 'dispatch' | 'log' | 'readState'>;

/** Beside the release, so that what runs in it keeps its files until it has ended. */
const suffix = '.replaced';

/**
 * The fresh tree takes the place of the one that was changed; what runs is never written to. That it has to start anew is journalled
 * first: an agent that is killed in between starts it once too often, and never leaves it on what was taken away.
 */
export async function replaceTree(service: ServiceName, release: Digest, parts: Parts): Promise<void> {
  const directory = parts.directory.service(service);
  const [staged, published] = [directory.staged(release), directory.release(release)];
  const mark = await readFile(staged.ok, 'utf8').catch(() => null);
  if (mark !== release) return parts.dispatch({ type: 'rebuildLost', service, release, atMs: Date.now() });
  const running = parts.readState().services.get(service)?.instance;
  const instance = running?.release === release ? running.id : null;
  await parts.dispatch({ type: 'treeReplaced', service, release, instance, atMs: Date.now() });
  const aside = published.root + suffix;
  await removeTree(aside);
  await rename(published.root, aside).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  await rename(staged.root, published.root);
  await syncDirectory(directory.releases);
  await syncDirectory(directory.staging);
  parts.log.warn('a fresh tree took the place of one that was changed', { service, release });
  await parts.dispatch({ type: 'mended', service, release, atMs: Date.now() });
}

/** Once nothing runs from them any more. */
export async function removeReplaced({ releases }: ServiceDirectory): Promise<void> {
  for (const name of await replacedIn(releases)) await removeTree(path.join(releases, name));
}

/** Of an agent that was killed between the two renames: what was there is there again, and is found to be changed again. */
export async function restoreReplaced({ releases }: ServiceDirectory): Promise<void> {
  const names = await replacedIn(releases);
  for (const name of names) {
    const published = path.join(releases, name.slice(0, -suffix.length));
    // A folder that is there has content, and isn't replaced by this.
    await rename(path.join(releases, name), published).catch((error: unknown) => {
      if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
    });
  }
  if (names.length > 0) await syncDirectory(releases);
}

const replacedIn = async (releases: string): Promise<readonly string[]> =>
  (await readdir(releases).catch(() => [])).filter((name) => name.endsWith(suffix));
