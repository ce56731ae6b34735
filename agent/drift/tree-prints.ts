import type { BigIntStats } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ListingEntry } from '../../protocol/manifest.ts';
import type { ReleaseDirectory } from '../agent-directory.ts';
import { replaceFile } from '../durable-files.ts';

/**
 * What the file system said of each file when its bytes were last seen to be right, by path. A hint and no more: whoever changes
 * it as well is found by the reading that goes through all files in turn.
 */
export type TreePrints = ReadonlyMap<string, string>;

/** Nobody sets a ctime back, so a file that was written or touched has another print. */
export const printOf = ({ mode, size, mtimeNs, ctimeNs, ino }: BigIntStats): string =>
  [mode, size, mtimeNs, ctimeNs, ino].join(':');

const printsFile = ({ documents }: ReleaseDirectory): string => path.join(documents, 'prints.json');

/** Empty where there are none, or none that can be read: then every byte is. */
export async function readPrints(release: ReleaseDirectory): Promise<TreePrints> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(printsFile(release), 'utf8')) as Record<string, string>));
  } catch {
    return new Map();
  }
}

export const writePrints = (release: ReleaseDirectory, prints: TreePrints): Promise<void> =>
  replaceFile(printsFile(release), JSON.stringify(Object.fromEntries(prints)));

/** Of a tree whose files were all verified a moment ago. */
export async function takePrints(release: ReleaseDirectory, entries: readonly ListingEntry[]): Promise<void> {
  const prints = new Map<string, string>();
  for (const entry of entries)
    if (entry.kind === 'file')
      prints.set(entry.path, printOf(await lstat(path.join(release.tree, entry.path), { bigint: true })));
  await writePrints(release, prints);
}
