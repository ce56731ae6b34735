import { constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Digest } from '../../domain/names.ts';
import { digestStream } from '../../protocol/digest.ts';
import { comparePaths, linkProblem, treeCollisions, treePathProblem } from '../../protocol/tree-path.ts';
import { inParallel } from '../in-parallel.ts';

export interface ScannedFile {
  readonly kind: 'file';
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly sizeBytes: number;
  readonly digest: Digest;
}
export interface ScannedLink {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
}
export type ScannedEntry = ScannedFile | ScannedLink;

export type ScannedTree =
  | { readonly ok: true; readonly entries: readonly ScannedEntry[] }
  /** One sentence that names what can't be part of a release, and what to do. */
  | { readonly ok: false; readonly problem: string };

/** Bounds the memory that a hostile build can make us use; a listing of this many entries is near its own limit. */
const maxEntries = 300_000;
const hashedAtOnce = 4;

/**
 * Describes a folder's content so that it is the same for another user, umask, path or time: sorted, modes 0644 or
 * 0755, no times, owners or empty folders. `.git` is left out. Links are never followed.
 */
export async function scanTree(
  folder: string,
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<ScannedTree> {
  const found: FoundEntry[] = [];
  const problem = (await walk(folder, '', found, signal)) ?? collision(found);
  if (problem !== null) return { ok: false, problem };
  const digests = new Map<string, Digest>();
  const files = found.filter((entry) => entry.kind === 'file');
  await inParallel(files, hashedAtOnce, async (file) => {
    const hash = digestStream();
    for await (const piece of await openFile(folder, file.path, signal)) {
      hash.update(piece as Buffer);
      onBytes((piece as Buffer).length);
    }
    digests.set(file.path, hash.digest());
  });
  const entries = found.map((entry) =>
    entry.kind === 'link' ? entry : { ...entry, digest: digests.get(entry.path)! },
  );
  return { ok: true, entries };
}

/** A file of a scanned folder. A link that has taken its place meanwhile is an error (ELOOP), not followed. */
export async function openFile(folder: string, file: string, signal: AbortSignal): Promise<Readable> {
  // Non-blocking: a pipe that has taken the file's place must not hang us.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path.join(folder, file), flags);
  return handle.createReadStream({ highWaterMark: 1024 * 1024, signal });
}

type FoundEntry = Omit<ScannedFile, 'digest'> | ScannedLink;

async function walk(root: string, below: string, found: FoundEntry[], signal: AbortSignal): Promise<string | null> {
  signal.throwIfAborted();
  for (const raw of await readdir(path.join(root, below), { encoding: 'buffer' })) {
    const name = decodeName(raw);
    if (name === null) return `${quoted(below, raw.toString('latin1'))} has a name that is not UTF-8: rename it`;
    if (name === '.git') continue;
    const entryPath = below === '' ? name : `${below}/${name}`;
    const pathProblem = treePathProblem(entryPath);
    if (pathProblem !== null) return `${JSON.stringify(entryPath)} ${pathProblem}: rename it`;
    if (found.length >= maxEntries)
      return `there are more than ${maxEntries} files: set build.output to what is needed at run time`;
    const problem = await visit(root, entryPath, found, signal);
    if (problem !== null) return problem;
  }
  return null;
}

async function visit(
  root: string,
  entryPath: string,
  found: FoundEntry[],
  signal: AbortSignal,
): Promise<string | null> {
  const stats = await lstat(path.join(root, entryPath));
  if (stats.isDirectory()) return walk(root, entryPath, found, signal);
  if (stats.isSymbolicLink()) return visitLink(root, entryPath, found);
  if (!stats.isFile())
    return `${JSON.stringify(entryPath)} is a ${kindOf(stats)}: a release holds files, folders and links only`;
  // Any execute bit: which of the three is set depends on the umask.
  const mode = (stats.mode & 0o111) === 0 ? 0o644 : 0o755;
  found.push({ kind: 'file', path: entryPath, mode, sizeBytes: stats.size });
  return null;
}

async function visitLink(root: string, entryPath: string, found: FoundEntry[]): Promise<string | null> {
  const target = decodeName(await readlink(path.join(root, entryPath), { encoding: 'buffer' }));
  const problem = target === null ? 'has a target that is not UTF-8' : linkProblem(entryPath, target);
  if (target === null || problem !== null) {
    return `link ${JSON.stringify(entryPath)} → ${JSON.stringify(target)} ${problem}: ${linkHint(entryPath)}`;
  }
  found.push({ kind: 'link', path: entryPath, target });
  return null;
}

/** Sorts, too: the order in which a folder is read is the file system's own. */
function collision(found: FoundEntry[]): string | null {
  found.sort((a, b) => comparePaths(a.path, b.path));
  const collides = treeCollisions();
  for (const entry of found) {
    const other = collides(entry.path);
    if (other !== null) {
      return `${JSON.stringify(entry.path)} and ${JSON.stringify(other)} differ only in case or Unicode form: rename one`;
    }
  }
  return null;
}

const linkHint = (entryPath: string): string =>
  /(^|\/)bin\/python[0-9.]*$/.test(entryPath)
    ? 'make the environment with python -m venv --copies'
    : 'copy what it points to, or link to a file of the artifact by a relative path (ln -sr)';

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'named pipe';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'special file';
}

function decodeName(raw: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return null;
  }
}

const quoted = (below: string, name: string): string => JSON.stringify(below === '' ? name : `${below}/${name}`);
