import { open, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { couldNotLook, hasCode, isDiskFull, syncDirectory } from '../durable-files.ts';
import path from 'node:path';
import { decodeLines, encodeLine } from './journal-line.ts';
import { UnreadMemoryError } from './two-copies.ts';

/** An entry could not be made durable, so nothing that depends on it may happen: the agent must end. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code = 'journal';
}

const reserveBytes = 4 * 1024 * 1024;

/** Entries in order, each on disk before `append` resolves. One writer; calls must not overlap. */
export interface Journal {
  append(text: string): Promise<void>;
  /** Forgets all entries: a snapshot holds what they said. */
  clear(): Promise<void>;
  readonly entries: number;
  close(): Promise<void>;
}

export interface JournalFiles {
  readonly file: string;
  /** 4 MiB set aside, so that a full disk doesn't stop a host from going back. */
  readonly reserve: string;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly texts: readonly string[];
  /** Entries that the disk lost, in between those that it kept. */
  readonly damaged: number;
}

/** Opens the journal, cuts off what a crash tore, and returns what is whole. @throws UnreadMemoryError */
export async function openJournal(files: JournalFiles): Promise<OpenedJournal> {
  const handle = await openFile(files.file);
  try {
    const { texts, wholeBytes, damaged } = decodeLines(await handle.readFile().catch(couldNotRead));
    await handle.truncate(wholeBytes);
    await handle.sync();
    await setAside(files.reserve);
    return { journal: new FileJournal(handle, files.reserve, wholeBytes, texts.length), texts, damaged };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function couldNotRead(error: unknown): never {
  if (!couldNotLook(error) || isDiskFull(error)) throw error;
  throw new UnreadMemoryError(`the journal could not be read: ${(error as Error).message}`);
}

class FileJournal implements Journal {
  readonly #handle: FileHandle;
  readonly #reserve: string;
  #bytes: number;
  #entries: number;

  constructor(handle: FileHandle, reserve: string, bytes: number, entries: number) {
    this.#handle = handle;
    this.#reserve = reserve;
    this.#bytes = bytes;
    this.#entries = entries;
  }

  get entries(): number {
    return this.#entries;
  }

  async append(text: string): Promise<void> {
    const line = Buffer.from(encodeLine(text));
    try {
      await this.#write(line);
    } catch (error) {
      if (!isDiskFull(error)) await this.#giveUp(error);
      await this.#writeFromReserve(line);
    }
    this.#bytes += line.length;
    this.#entries += 1;
  }

  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    await this.#handle.sync();
    this.#bytes = 0;
    this.#entries = 0;
    await setAside(this.#reserve);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #write(line: Buffer): Promise<void> {
    const { bytesWritten } = await this.#handle.write(line, 0, line.length, this.#bytes);
    if (bytesWritten < line.length) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    await this.#handle.datasync();
  }

  async #writeFromReserve(line: Buffer): Promise<void> {
    await rm(this.#reserve, { force: true });
    try {
      await this.#handle.truncate(this.#bytes);
      await this.#write(line);
    } catch (error) {
      await this.#giveUp(error);
    }
  }

  /**
   * What could not be synced must not be read as if it had been: the next agent would find it in memory, and a second
   * fsync would say that it is on disk.
   */
  async #giveUp(error: unknown): Promise<never> {
    await this.#handle.truncate(this.#bytes).catch(() => undefined);
    throw new JournalError(`the journal can't be written: ${String(error)}`);
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) return couldNotRead(error);
    const handle = await open(file, 'wx+', 0o600);
    await syncDirectory(path.dirname(file));
    return handle;
  }
}

/** Best effort: where there is no space to set aside, there is none. */
async function setAside(reserve: string): Promise<void> {
  try {
    const size = await stat(reserve).then(
      (found) => found.size,
      () => 0,
    );
    if (size < reserveBytes) await writeFile(reserve, Buffer.alloc(reserveBytes), { mode: 0o600 });
  } catch {
    await rm(reserve, { force: true });
  }
}
