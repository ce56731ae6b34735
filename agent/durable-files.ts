import { mkdir, open, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** True for an error of the system with this code, as in `hasCode(error, 'ENOENT')`. */
export const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

/** Whether a write failed for want of space: of the disk's, or of what a quota leaves this account of it. */
export const isDiskFull = (error: unknown): boolean => hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');

/** What they say of a file is that it isn't there, or is something else: a folder, a socket, a link to itself. */
const saysWhatIsThere: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO', 'ENODEV']);

/**
 * True for any other error of the system (no descriptors, no memory, EIO): whoever met it could not look, and knows nothing of
 * what is there. Nothing may follow from it but another look. Wider than `hostFaults` on purpose: an error that nobody thought of
 * must not be taken for absence either.
 */
export const couldNotLook = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'syscall' in error &&
  'code' in error &&
  !saysWhatIsThere.has(String(error.code));

const means: ReadonlySet<string> = new Set(['ENFILE', 'EMFILE', 'ENOMEM']);

/** Whether it was not even tried, for want of descriptors or memory: then it can be done again, whatever it was. */
export const lacksMeans = (error: unknown): boolean =>
  couldNotLook(error) && means.has(String((error as { readonly code: unknown }).code));

/** Makes what was renamed, linked or made in the folder survive a loss of power. */
export const syncDirectory = (directory: string): Promise<void> => syncPath(directory);

/** @throws when the kernel could not write; the file must then be made anew, for a second fsync would lie. */
export async function syncPath(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder that is there for good, with its name in its parent. */
export async function makeDirectory(directory: string, mode = 0o700): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode });
  if (first === undefined) return;
  // Each that was made, in the one above it.
  for (let made = directory; made.length >= first.length; made = path.dirname(made)) {
    await syncDirectory(path.dirname(made));
  }
}

/** The whole file or the old one, never a part: written beside it, synced, renamed. What fails keeps no space. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const beside = `${file}.tmp`;
  try {
    await writeFile(beside, content, { mode: 0o600, flush: true });
    await renameOver(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(path.dirname(file));
}

/** Points the link somewhere else in one step; `null` removes it. A reader sees the old target or the new one. */
export async function replaceLink(link: string, target: string | null): Promise<void> {
  const directory = path.dirname(link);
  if (target === null) {
    await rm(link, { force: true, recursive: true });
  } else {
    const beside = path.join(directory, `.${path.basename(link)}.tmp`);
    await rm(beside, { force: true });
    await symlink(target, beside);
    await renameOver(beside, link);
  }
  await syncDirectory(directory);
}

/** Somebody may have made a folder in its place: nothing can be renamed over that. */
async function renameOver(beside: string, target: string): Promise<void> {
  try {
    await rename(beside, target);
  } catch (error) {
    if (!hasCode(error, 'EISDIR') && !hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
    await rm(target, { recursive: true });
    await rename(beside, target);
  }
}

/** Where a link points, or null when there is none. */
export async function readLink(link: string): Promise<string | null> {
  try {
    return await readlink(link);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EINVAL')) return null;
    throw error;
  }
}

export async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
