import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '../../domain/names.ts';
import type { ReleaseDirectory } from '../agent-directory.ts';
import { hasCode, replaceFile, syncDirectory } from '../durable-files.ts';
import { takePrints } from '../drift/tree-prints.ts';
import { ReleaseError, type ReleaseDocuments } from './release-documents.ts';
import { removeTree } from './remove-tree.ts';
import { syncTree } from './sync-tree.ts';
import { strayEntries } from './tree-check.ts';

/**
 * Steps 5 and 6 of docs/host-agent.md: everything of a filled tree is on disk, then the mark that says so. A crash in between
 * leaves no release.
 */
export async function sealRelease(
  staged: ReleaseDirectory,
  release: Digest,
  documents: ReleaseDocuments,
): Promise<void> {
  await makeLinks(staged.tree, documents);
  const [stray] = await strayEntries(staged.tree, documents.entries);
  if (stray !== undefined) throw new ReleaseError(`the tree holds ${JSON.stringify(stray)}, which isn't listed`);
  await rm(staged.parts, { recursive: true, force: true });
  await writeDocuments(staged.documents, documents);
  await forbidWriting(staged.tree);
  await takePrints(staged, documents.entries);
  await syncTree(staged.root);
  await replaceFile(staged.ok, release);
}

/** After all files, so that none is ever written through a link. */
async function makeLinks(tree: string, { entries }: ReleaseDocuments): Promise<void> {
  for (const entry of entries) {
    if (entry.kind !== 'link') continue;
    const link = path.join(tree, entry.path);
    await mkdir(path.dirname(link), { recursive: true, mode: 0o755 });
    await rm(link, { force: true });
    await symlink(entry.target, link);
  }
}

async function writeDocuments(folder: string, { envelope, listing, configBytes }: ReleaseDocuments): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(envelope));
  await writeFile(path.join(folder, 'listing'), listing);
  await writeFile(path.join(folder, 'config'), configBytes);
}

async function forbidWriting(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await forbidWriting(path.join(folder, entry.name));
  }
  await chmod(folder, 0o555);
}

/** Step 7: the name under which it is a release, or, after a crash, nothing. */
export async function publishRelease(
  { root: staged }: ReleaseDirectory,
  { root: published }: ReleaseDirectory,
): Promise<void> {
  try {
    await rename(staged, published);
  } catch (error) {
    // A folder of that name that is no release: nothing of it can be believed.
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
    await removeTree(published);
    await rename(staged, published);
  }
  await syncDirectory(path.dirname(published));
  await syncDirectory(path.dirname(staged));
}
