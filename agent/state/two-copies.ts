import { readFile } from 'node:fs/promises';
import type { HostId } from '../../domain/names.ts';
import { couldNotLook, hasCode, replaceFile } from '../durable-files.ts';
import { decodeLines, encodeLine } from './journal-line.ts';

/**
 * The folder belongs to another host (cloned, or the name was changed), or a later version wrote it. Nothing here may be
 * guessed.
 */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly code = 'snapshot';
}

/**
 * Neither copy is whole, and one of them nobody could look at (no descriptors, no memory, EIO): it may hold all. Nothing may be
 * written over it, and nothing be done without it.
 */
export class UnreadMemoryError extends Error {
  override readonly name = 'UnreadMemoryError';
  readonly code = 'unread-memory';
}

export interface Copies<T> {
  /** What could be read, of both. */
  readonly whole: readonly T[];
  /** Of each file that is there and of no use, one sentence. */
  readonly damage: readonly string[];
}

/** Both copies, each written whole before the other is begun. @throws when one could not be */
export async function writeCopies(files: readonly string[], document: unknown): Promise<void> {
  const text = encodeLine(JSON.stringify(document));
  for (const file of files) await replaceFile(file, text);
}

/** @throws SnapshotError for a document of another host, or in another format; UnreadMemoryError */
export async function readCopies<T extends { readonly host: HostId; readonly format: string }>(
  files: readonly string[],
  { format, host }: Pick<T, 'format' | 'host'>,
): Promise<Copies<T>> {
  const whole: T[] = [];
  const damage: string[] = [];
  const unread: Error[] = [];
  for (const file of files) {
    const content = await contentOf(file);
    if (content === null) continue;
    if (!Buffer.isBuffer(content)) {
      unread.push(content);
      damage.push(`${file} could not be read: ${content.message}`);
      continue;
    }
    const [text] = decodeLines(content).texts;
    if (text === undefined) {
      damage.push(`${file} is damaged`);
      continue;
    }
    const document = JSON.parse(text) as T;
    if (document.format !== format)
      throw new SnapshotError(`${file} is in the format ${document.format}, which this version can't read`);
    if (document.host !== host) throw new SnapshotError(`${file} is of host ${document.host}, not of ${host}`);
    whole.push(document);
  }
  // One copy on a spot of the disk that doesn't read is damaged as any other: the other one is all that is needed.
  if (whole.length === 0 && unread.length > 0)
    throw new UnreadMemoryError(`the memory could not be read: ${unread.map(({ message }) => message).join('; ')}`);
  return { whole, damage };
}

/** Null when there is none; empty, hence damaged, when it is something else; the error where nobody could look at it. */
async function contentOf(file: string): Promise<Buffer | Error | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    return couldNotLook(error) ? (error as Error) : Buffer.alloc(0);
  }
}
