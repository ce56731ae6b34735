import { statfs } from 'node:fs/promises';

/** The disk can't hold the release. The service that runs is not touched. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly code = 'disk-full';
}

export interface Need {
  readonly bytes: number;
  readonly files: number;
}

/** Room for file system overhead (docs/host-agent.md, step 1). */
const overhead = 1.05;
const leastReserveBytes = 1024 ** 3;
const reserveShare = 0.05;

/**
 * Space promised to fetches under way, so that two services can't both count on the same free blocks. `reserveBytes` stay
 * free whatever is fetched: by default 5 % of the disk, at least 1 GiB.
 */
export interface DiskSpace {
  /** @throws DiskFullError. The caller gives the promise back when its fetch has ended. */
  promise(need: Need): Promise<{ release(): void }>;
}

export function watchDiskSpace(folder: string, reserveBytes?: number): DiskSpace {
  const promised = new Set<Need>();
  return {
    async promise(need) {
      const disk = await statfs(folder);
      const bytes = sum(promised, 'bytes') + need.bytes * overhead;
      const reserve = reserveBytes ?? Math.max(disk.blocks * disk.bsize * reserveShare, leastReserveBytes);
      const free = disk.bavail * disk.bsize;
      if (bytes + reserve > free)
        throw full(
          'space',
          `${mebibytes(bytes)} MiB and a reserve of ${mebibytes(reserve)} MiB`,
          `${mebibytes(free)} MiB`,
        );
      const files = sum(promised, 'files') + need.files;
      // Some file systems count no files at all.
      if (disk.files > 0 && files > disk.ffree) throw full('inodes', String(files), String(disk.ffree));
      promised.add(need);
      return { release: () => void promised.delete(need) };
    },
  };
}

const sum = (needs: ReadonlySet<Need>, field: keyof Need): number =>
  [...needs].reduce((all, need) => all + need[field], 0);
const mebibytes = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);
const full = (what: string, needed: string, free: string): DiskFullError =>
  new DiskFullError(`disk full: ${what} for the release needed: ${needed}, free: ${free}`);
