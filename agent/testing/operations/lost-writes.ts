import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeImage, type Image } from './disk-image.ts';
import { readHost, type HostOnDisk } from './host-on-disk.ts';
import type { ModelDisk } from './model-disk.ts';
import type { SiteHost } from './site-host.ts';

/** What a host at rest must be able to read again, beside its links and releases. */
const memory = ['state/journal.ndjson', 'state/snapshot.json', 'state/snapshot.copy.json'] as const;

/**
 * What is broken on a host that loses its power after a sync had failed: at any time since, and at rest. All that sync was to write is
 * gone then, however many others succeeded, unless it was written anew. `disk`: as the host was before its first program.
 */
export function brokenByLostWrites(
  disk: ModelDisk,
  host: SiteHost,
  broken: (disk: HostOnDisk) => readonly string[],
): readonly string[] {
  const rules = new Set<string>();
  let failed: string | null = null;
  for (const { root, operations } of host.ran)
    for (const operation of operations) {
      disk.apply(operation, root);
      if (operation.kind === 'syncFailed' || operation.kind === 'syncAllFailed')
        failed = path.relative(root, operation.path);
      // Only a sync changes what would be left.
      else if (failed !== null && operation.kind.startsWith('sync') && operation.path.includes('/services/'))
        lookAt(disk, host, broken).forEach((rule) => rules.add(rule));
    }
  if (failed === null) return [];
  // As after hours, in which the kernel has written whatever it had to.
  disk.apply({ kind: 'syncAll', path: host.root }, host.root);
  for (const rule of [...lookAt(disk, host, (left) => differences(left, host.disk)), ...forgotten(disk, host)])
    rules.add(`at rest ${rule}`);
  return [...rules].map((rule) => `power lost after the sync of ${failed} had failed: ${rule}`);
}

function lookAt(disk: ModelDisk, host: SiteHost, look: (disk: HostOnDisk) => readonly string[]): readonly string[] {
  const left = `${host.root}.left`;
  writeImage(new Map([...imageOf(disk)].filter(([name]) => name === '.' || name.startsWith('services'))), left);
  const found = look(readHost(left));
  rmSync(left, { recursive: true });
  return found;
}

function differences(left: HostOnDisk, disk: HostOnDisk): readonly string[] {
  const of = ({ current, previous, marked }: HostOnDisk): string =>
    JSON.stringify({ current, previous, marked: marked.toSorted() });
  return of(left) === of(disk) ? [] : [`${of(left)} is left of ${of(disk)}`];
}

function forgotten(disk: ModelDisk, { root }: SiteHost): readonly string[] {
  const image = imageOf(disk);
  return memory
    .filter((name) => {
      const entry = image.get(name);
      return (
        entry !== undefined &&
        (typeof entry === 'string' ||
          !('content' in entry) ||
          !entry.content.equals(readFileSync(path.join(root, name))))
      );
    })
    .map((name) => `${name} is not as it was read`);
}

const imageOf = (disk: ModelDisk): Image => disk.imageAfterLoss(() => false);
