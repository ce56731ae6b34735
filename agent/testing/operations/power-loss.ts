import { hash } from 'node:crypto';
import type { FileOperation } from './file-operation.ts';
import type { Image } from './disk-image.ts';
import type { LooseEffect, ModelDisk } from './model-disk.ts';

export interface Loss {
  readonly name: string;
  readonly image: Image;
  /** Entries of the journal that the agent had been told are durable. */
  readonly promised: number;
}

/**
 * What a loss of power after each operation may leave: nothing that wasn't synced, all names but no unsynced content, all
 * content but no unsynced name; and each unsynced effect lost alone, and kept alone. Equal images are given once. Not before the
 * `first` operation that counts.
 */
export function lossesOf(disk: ModelDisk, operations: readonly FileOperation[], first: number): readonly Loss[] {
  const losses: Loss[] = [];
  const known = new Set<string>();
  let promised = 0;
  const add = (name: string, keeps: (effect: LooseEffect) => boolean): void => {
    const image = disk.imageAfterLoss(keeps);
    const digest = `${promised} ${digestOf(image)}`;
    if (known.has(digest)) return;
    known.add(digest);
    losses.push({ name, image, promised });
  };
  for (const [index, operation] of operations.entries()) {
    disk.apply(operation);
    if (operation.kind === 'sync' && operation.path.endsWith(journal)) promised = disk.linesOf(operation.path);
    if (index < first) continue;
    const after = `after ${index + 1} (${operation.kind})`;
    add(`${after}: all unsynced is lost`, () => false);
    add(`${after}: unsynced content is lost`, ({ name }) => name !== null);
    add(`${after}: unsynced names are lost`, ({ name }) => name === null);
    for (const [which, effect] of disk.looseEffects().entries()) {
      if (effect.name !== null && alike.test(effect.name)) continue;
      const is = (other: LooseEffect): boolean => other.owner === effect.owner && other.name === effect.name;
      const what = `${which}: ${effect.name ?? 'content'}`;
      add(`${after}: only ${what} is lost`, (other) => !is(other));
      add(`${after}: all unsynced but ${what} is lost`, is);
    }
  }
  return losses;
}

/** Of the links of a release with many, one stands for all. */
const alike = /^link-[1-9]/;

const journal = 'state/journal.ndjson';

function digestOf(image: Image): string {
  const text = [...image].map(([name, entry]) => {
    if (entry === 'folder') return `${name}/`;
    return 'target' in entry ? `${name}>${entry.target}` : `${name}=${entry.mode}:${hash('sha256', entry.content)}`;
  });
  return hash('sha256', text.sort().join('\n'));
}
