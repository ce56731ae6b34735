import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const mebibyte = 1024 ** 2;

/** A disk of its own, in memory. */
export interface SmallDisk {
  readonly folder: string;
  freeBytes(): number;
  freeInodes(): number;
  /** All free space but `leftBytes` in one file, whose name is returned. */
  fillUp(leftBytes: number): string;
  /** All inodes, in files whose names are returned. */
  takeInodes(): readonly string[];
  close(): void;
}

/** Mounting one needs the right to. */
export const canMount = ((): boolean => {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-mount-'));
  const mounted = mount('size=1m', folder);
  if (mounted) spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true });
  return mounted;
})();

/** @param options of tmpfs, as in `size=40m,nr_inodes=200` */
export function openSmallDisk(options: string): SmallDisk {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-disk-'));
  if (!mount(options, folder)) throw new Error(`${folder} could not be mounted`);
  const freeBytes = (): number => statfsSync(folder).bavail * statfsSync(folder).bsize;
  return {
    folder,
    freeBytes,
    freeInodes: () => statfsSync(folder).ffree,
    fillUp: (leftBytes) => fillUp(path.join(folder, 'filling'), leftBytes, freeBytes),
    takeInodes: () => takeInodes(folder),
    close() {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

function mount(options: string, folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;
}

function fillUp(file: string, leftBytes: number, free: () => number): string {
  const handle = openSync(file, 'w');
  try {
    while (free() > leftBytes) writeSync(handle, Buffer.alloc(Math.min(mebibyte, free() - leftBytes)));
  } catch {
    // Somebody else took the last of it.
  }
  closeSync(handle);
  return file;
}

function takeInodes(folder: string): readonly string[] {
  const files: string[] = [];
  try {
    for (;;) {
      const file = path.join(folder, `inode-${files.length}`);
      closeSync(openSync(file, 'wx'));
      files.push(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return files;
  }
}
