import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const mebibyte = 1024 ** 2;

/** A small disk needs the right to mount one. */
export const canMount = ((): boolean => {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
})();

/** @param options of tmpfs: `size=40m,nr_inodes=200`. Returns its folder */
export function mountSmallDisk(options: string): string {
  const disk = mkdtempSync(path.join(tmpdir(), 'slipway-disk-'));
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);
  return disk;
}

export function unmountSmallDisk(disk: string): void {
  spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true });
}

export function freeBytes(disk: string): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}

/** All free space but `leftBytes` in one file, which is returned. */
export function fillUp(disk: string, leftBytes: number): string {
  const file = path.join(disk, 'filling');
  const handle = openSync(file, 'w');
  try {
    while (freeBytes(disk) > leftBytes)
      writeSync(handle, Buffer.alloc(Math.min(mebibyte, freeBytes(disk) - leftBytes)));
  } catch {
    // Somebody else took the last of it.
  }
  closeSync(handle);
  return file;
}

/** All inodes, in files whose names are returned. */
export function takeInodes(disk: string): readonly string[] {
  const files: string[] = [];
  try {
    for (;;) {
      const file = path.join(disk, `inode-${files.length}`);
      closeSync(openSync(file, 'wx'));
      files.push(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return files;
  }
}
