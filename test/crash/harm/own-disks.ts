import { execFile } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Disk } from '../scenario/fault.ts';

const run = promisify(execFile);
const mega = 1024 * 1024;

export interface DiskSize {
  readonly folder: string;
  readonly sizeMiB: number;
}

export interface OwnDisks {
  /** Leaves no byte free; answers how there is room again. @throws RangeError when there is no such disk */
  fill(disk: Disk): Promise<() => Promise<void>>;
  /** Nobody may use them any more. */
  close(): Promise<void>;
}

/** Makes each folder a file system of its own, of so many MiB, in memory. Needs root. */
export async function makeOwnDisks(folders: ReadonlyMap<Disk, DiskSize>): Promise<OwnDisks> {
  for (const { folder, sizeMiB } of folders.values()) {
    await mkdir(folder, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=0755`, 'slipway-crash', folder]);
  }
  const mounted = [...folders.values()].map(({ folder }) => folder);
  return {
    async fill(disk) {
      const found = folders.get(disk);
      if (found === undefined) throw new RangeError(`there is no disk ${disk}`);
      const filler = path.join(found.folder, '.filler');
      await writeUntilFull(filler);
      return () => rm(filler, { force: true });
    },
    close: () => unmountBelow(mounted),
  };
}

async function writeUntilFull(file: string): Promise<void> {
  const filler = await open(file, 'w');
  try {
    for (let sizeBytes = mega; sizeBytes >= 1;) {
      try {
        await filler.write(Buffer.alloc(sizeBytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        sizeBytes = Math.floor(sizeBytes / 16);
      }
    }
  } finally {
    await filler.close();
  }
}

/** Lazily: a process that is about to end may still stand in it. */
async function unmountBelow(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await run('umount', ['--lazy', folder]);
}

/** What an earlier, killed run has mounted on or below `folder`. */
export async function unmountEarlier(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  await unmountBelow(mounts.flatMap(([, at]) => (at === folder || at?.startsWith(`${folder}/`) ? [at] : [])));
}
