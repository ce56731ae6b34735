import path from 'node:path';
import type { Image } from './disk-image.ts';
import type { FileOperation } from './file-operation.ts';
import {
  everyEntry,
  failSync,
  fileAt,
  folderAt,
  load,
  newFile,
  newFolder,
  sync,
  truncate,
  unsyncedNames,
  write,
  type ModelEntry,
  type ModelFolder,
} from './model-entry.ts';

/** Something that no sync has made durable: a name in a folder, or what a file holds. */
export interface LooseEffect {
  readonly owner: ModelEntry;
  readonly name: string | null;
}

/**
 * A disk as POSIX promises it and no better: a file's content lasts from its fsync on, a name from its folder's. Between
 * them any loss of what wasn't synced is possible. Content that a failed sync was to write is lost, whatever a later one says.
 */
export class ModelDisk {
  readonly #root: ModelFolder;
  readonly #base: string;

  /** A copy of the folder as it is now, all of it durable. `base` is cut off from the paths of operations. */
  constructor(folder: string, base: string) {
    this.#root = load(folder);
    this.#base = base;
  }

  /** `base`: where the folder is by now. */
  apply(operation: FileOperation, base = this.#base): void {
    const { parent, name } = this.#locate(operation.path, base);
    const entry = name === '' ? this.#root : parent.entries.get(name);
    switch (operation.kind) {
      case 'create':
        if (entry?.kind !== 'file') parent.entries.set(name, newFile(operation.mode));
        else if (!operation.keep) truncate(entry, 0);
        return;
      case 'write':
        return write(fileAt(entry), operation.data, operation.position);
      case 'truncate':
        return truncate(fileAt(entry), operation.bytes);
      case 'chmod':
        if (entry?.kind === 'file' || entry?.kind === 'folder') entry.mode = operation.mode;
        return;
      case 'mkdir':
        return void parent.entries.set(name, newFolder(operation.mode));
      case 'symlink':
        return void parent.entries.set(name, { kind: 'link', target: operation.target });
      case 'rename': {
        const to = this.#locate(operation.to, base);
        to.parent.entries.set(to.name, entry!);
        return void parent.entries.delete(name);
      }
      case 'unlink':
      case 'rmdir':
        return void parent.entries.delete(name);
      case 'sync':
        return sync(entry!);
      case 'syncFailed':
        return failSync(entry!);
      case 'syncAll':
        return everyEntry(this.#root, sync);
      case 'syncAllFailed':
        return everyEntry(this.#root, failSync);
    }
  }

  linesOf(file: string): number {
    const { parent, name } = this.#locate(file, this.#base);
    return fileAt(parent.entries.get(name)).data.toString('utf8').split('\n').length - 1;
  }

  looseEffects(): readonly LooseEffect[] {
    const effects: LooseEffect[] = [];
    const visit = (entry: ModelEntry): void => {
      if (
        entry.kind === 'file' &&
        (entry.synced === null || !entry.synced.data.equals(entry.data) || entry.synced.mode !== entry.mode)
      )
        effects.push({ owner: entry, name: null });
      if (entry.kind !== 'folder') return;
      for (const name of unsyncedNames(entry)) effects.push({ owner: entry, name });
      for (const below of new Set([...entry.entries.values(), ...entry.synced.values()])) visit(below);
    };
    visit(this.#root);
    return effects;
  }

  /** The disk after a loss of power of which exactly the effects that `keeps` says survived. */
  imageAfterLoss(keeps: (effect: LooseEffect) => boolean): Image {
    const image = new Map<string, Image extends ReadonlyMap<string, infer T> ? T : never>();
    const visit = (entry: ModelEntry, name: string): void => {
      if (entry.kind === 'link') return void image.set(name, { target: entry.target });
      if (entry.kind === 'file') {
        const kept = keeps({ owner: entry, name: null }) ? entry : entry.synced;
        return void image.set(name, { mode: kept?.mode ?? 0o600, content: kept?.data ?? Buffer.alloc(0) });
      }
      image.set(name, 'folder');
      for (const below of new Set([...entry.entries.keys(), ...entry.synced.keys()])) {
        const kept = keeps({ owner: entry, name: below }) ? entry.entries.get(below) : entry.synced.get(below);
        if (kept !== undefined) visit(kept, path.join(name, below));
      }
    };
    visit(this.#root, '.');
    return image;
  }

  #locate(file: string, base: string): { parent: ModelFolder; name: string } {
    const parts = path
      .relative(base, file)
      .split(path.sep)
      .filter((part) => part !== '');
    const name = parts.pop() ?? '';
    const parent = parts.reduce((folder, part) => folderAt(folder.entries.get(part), file), this.#root);
    return { parent, name };
  }
}
