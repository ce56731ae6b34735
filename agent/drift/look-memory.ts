import type { Difference } from '../../domain/host/drift.ts';
import type { Digest } from '../../domain/names.ts';
import type { ListingEntry } from '../../protocol/manifest.ts';
import type { Unseen } from './what-is-wrong.ts';

/** Read at each look whatever their prints say, in turn: 1 GiB of a release in about an hour. */
const rereadBytes = 8 * 1024 * 1024;
/** Minutes: a cable that is pulled, or a server that starts anew, is back by then. A bad sector stays bad. */
const looksUntilLost = 5;

/** What a watch knows of one installed tree from look to look, in memory alone. */
export interface LookMemory {
  readonly release: Digest;
  /** What is read at this look, whatever its print says. */
  nextToRead(entries: readonly ListingEntry[]): ReadonlySet<string>;
  /** Of what a look could not see, what the disk has lost. Told of each look once. */
  sortOut(unseen: readonly Unseen[]): { readonly lost: readonly Difference[]; readonly unseen: readonly Unseen[] };
}

export function openLookMemory(release: Digest): LookMemory {
  let from: number | null = null;
  /** By path: how many looks in a row the disk failed to read it. */
  let failed: ReadonlyMap<string, number> = new Map();
  return {
    release,
    nextToRead(entries) {
      const { chosen, next } = inTurn(entries, from ?? Math.floor(Math.random() * entries.length));
      from = next;
      // A print that is as it was says nothing of bytes that were not read last time.
      return new Set([...chosen, ...failed.keys()]);
    },
    sortOut(unseen) {
      failed = countFailures(failed, unseen);
      const isLost = ({ path }: Unseen): boolean => (failed.get(path) ?? 0) >= looksUntilLost;
      const lost = unseen.filter(isLost).map(({ path }) => ({ path, what: 'unreadable' }) as const);
      return { lost, unseen: unseen.filter((each) => !isLost(each)) };
    },
  };
}

/** Want of descriptors or memory says nothing of the disk, so that it neither adds to a count nor ends it. */
function countFailures(before: ReadonlyMap<string, number>, unseen: readonly Unseen[]): ReadonlyMap<string, number> {
  const counts = unseen.map(({ path, code }) => [path, (before.get(path) ?? 0) + (code === 'EIO' ? 1 : 0)] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

/** So that what changes a file and hides it is found too, and what a disk loses by itself. */
function inTurn(
  entries: readonly ListingEntry[],
  from: number,
): { readonly chosen: ReadonlySet<string>; readonly next: number } {
  const chosen = new Set<string>();
  let bytes = 0;
  let n = 0;
  for (; n < entries.length && bytes < rereadBytes; n++) {
    const entry = entries[(from + n) % entries.length]!;
    chosen.add(entry.path);
    if (entry.kind === 'file') bytes += entry.sizeBytes;
  }
  return { chosen, next: (from + n) % Math.max(1, entries.length) };
}
