import { constants } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { chunkBytes, mostBehindBytes } from '../../domain/log-reading/limits.ts';
import { wholeLines } from '../../domain/log-reading/whole-lines.ts';
import { hasCode } from '../durable-files.ts';

export interface Piece {
  readonly text: string;
  /** Output before it was skipped. */
  readonly gap: boolean;
}

/** The output of one keeper's instances, as its files are rotated: `instance.log`, `.1` before it, and so on. */
export interface OutputFile {
  /** The last lines that are there; `null` where there is no file. To be called first, once. */
  tail(lines: number): Promise<string | null>;
  /** What follows, at most one chunk of it; `null` when there is nothing for now. */
  more(): Promise<Piece | null>;
  close(): Promise<void>;
}

/** Read from the end, so that 100 MiB of output cost nothing. */
const tailBytes = 1024 * 1024;

interface Place {
  readonly handle: FileHandle;
  readonly inode: number;
  readonly offset: number;
  /** Its size at the last look: a line without an end that has not grown since is not waited for. */
  readonly size: number;
}

export const outputName = 'instance.log';

/** Of a folder in which there may be no output yet. */
export function openOutputFile(folder: string): OutputFile {
  const file = path.join(folder, outputName);
  let place: Place | null = null;

  const enter = async (name: string, offset: number | null): Promise<Place | null> => {
    const handle = await openRegular(name);
    if (handle === null) return null;
    const { ino: inode, size } = await handle.stat();
    await place?.handle.close();
    return (place = { handle, inode, offset: offset ?? size, size });
  };
  const take = async (at: Place, last: boolean): Promise<string | null> => {
    const { size } = await at.handle.stat();
    // Somebody emptied it.
    const from = size < at.offset ? 0 : at.offset;
    const bytes = Buffer.alloc(Math.min(chunkBytes, size - from));
    const { bytesRead } = await at.handle.read(bytes, 0, bytes.length, from);
    const read = bytes.subarray(0, bytesRead);
    const isEnd = from + bytesRead === size && (last || at.size === size);
    const taken = wholeLines(read, { full: bytesRead === chunkBytes, last: isEnd });
    place = { ...at, offset: from + taken, size };
    return taken === 0 ? null : read.subarray(0, taken).toString('utf8');
  };
  return {
    async tail(lines) {
      const at = await enter(file, null);
      if (at === null) return null;
      const text = await endOf(at.handle, at.offset);
      const before = linesOf(text).length < lines ? await endBefore(`${file}.1`) : '';
      return lastLines(before + text, lines);
    },
    more,
    async close() {
      await place?.handle.close();
      place = null;
    },
  };

  async function more(): Promise<Piece | null> {
    if (place === null) return (await enter(file, 0)) === null ? null : more();
    const newer = await newerThan(place.handle, folder);
    if (newer.behindBytes + newer.ownSize - place.offset > mostBehindBytes) return skipped(file);
    const text = await take(place, newer.next !== null);
    if (text !== null) return { text, gap: false };
    if (newer.next === null || (await enter(newer.next, 0)) === null) return null;
    const piece = await more();
    return newer.isLost ? { text: piece?.text ?? '', gap: true } : piece;
  }
  async function skipped(to: string): Promise<Piece | null> {
    const at = await enter(to, null);
    if (at === null) return null;
    const from = Math.max(0, at.offset - chunkBytes / 2);
    place = { ...at, offset: from };
    return { text: '', gap: true };
  }
}

/** No link is followed, and no pipe is waited for: a folder of output holds files, whoever wrote into it. */
async function openRegular(file: string): Promise<FileHandle | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (handle === null || (await handle.stat()).isFile()) return handle;
  await handle.close();
  return null;
}

interface Newer {
  /** The file that was begun after this one; `null` of the newest. */
  readonly next: string | null;
  /** This one was removed since, and perhaps others after it. */
  readonly isLost: boolean;
  readonly ownSize: number;
  readonly behindBytes: number;
}

/** A file keeps its inode when it is renamed; held open, it keeps it for itself. */
async function newerThan(handle: FileHandle, folder: string): Promise<Newer> {
  const { ino, size, nlink } = await handle.stat();
  const files = await rotated(folder);
  const at = files.findIndex((each) => each.inode === ino);
  const isLost = at === -1 && nlink === 0;
  const newer = isLost ? files : files.slice(0, Math.max(0, at));
  const behindBytes = newer.reduce((sum, each) => sum + each.size, 0);
  return { next: newer.at(-1)?.file ?? null, isLost, ownSize: size, behindBytes };
}

interface RotatedFile {
  readonly file: string;
  readonly inode: number;
  readonly size: number;
}

/** Newest first. While files are being renamed it is looked again. */
async function rotated(folder: string): Promise<readonly RotatedFile[]> {
  const inodes = (files: readonly RotatedFile[]): string => files.map(({ inode }) => inode).join();
  let found = await look(folder);
  for (let tries = 0; tries < 5; tries++) {
    const again = await look(folder);
    if (inodes(again) === inodes(found)) return again;
    found = again;
  }
  return [];
}

const rotatedName = new RegExp(`^${outputName}(?:\\.([1-9]\\d?))?$`);

async function look(folder: string): Promise<readonly RotatedFile[]> {
  const names = await readdir(folder).catch(() => []);
  const matches = names.map((name) => rotatedName.exec(name)).filter((match) => match !== null);
  const ordered = matches.toSorted(([, one = '0'], [, other = '0']) => Number(one) - Number(other));
  const files = await Promise.all(
    ordered.map(async ([name]) => {
      const file = path.join(folder, name);
      const now = await stat(file).catch(() => null);
      return now === null ? null : { file, inode: now.ino, size: now.size };
    }),
  );
  return files.filter((each) => each !== null);
}

async function endOf(handle: FileHandle, size: number): Promise<string> {
  const from = Math.max(0, size - tailBytes);
  const bytes = Buffer.alloc(size - from);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  const text = bytes.subarray(0, bytesRead).toString('utf8');
  return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
}

async function endBefore(file: string): Promise<string> {
  const handle = await openRegular(file);
  if (handle === null) return '';
  try {
    return await endOf(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function lastLines(text: string, lines: number): string {
  if (lines === 0) return '';
  return linesOf(text).slice(-lines).join('\n') + (text.endsWith('\n') ? '\n' : '');
}
