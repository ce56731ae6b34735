import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { FileOperation } from './intercept-files.ts';

interface ModelFile {
  readonly kind: 'file';
  data: Buffer;
  mode: number;
  /** As a loss of power leaves it; `null`: a name without content, the zero-byte file of containerd/containerd#5854. */
  synced: { readonly data: Buffer; readonly mode: number } | null;
}
interface ModelFolder {
  readonly kind: 'folder';
  entries: Map<string, ModelEntry>;
  synced: ReadonlyMap<string, ModelEntry>;
  mode: number;
}
interface ModelLink {
  readonly kind: 'link';
  readonly target: string;
}
type ModelEntry = ModelFile | ModelFolder | ModelLink;

/** Something that no sync has made durable: a name in a folder, or what a file holds. */
export interface LooseEffect {
  readonly owner: ModelEntry;
  readonly name: string | null;
}

/** What is where once the power comes back. */
export type Image = ReadonlyMap<
  string,
  { readonly mode: number; readonly content: Buffer } | { readonly target: string } | 'folder'
>;

/**
 * A disk as POSIX promises it and no better: a file's content lasts from its fsync on, a name from its folder's. Between
 * them any loss of what wasn't synced is possible.
 */
export class ModelDisk {
  readonly #root: ModelFolder;
  readonly #base: string;

  /** A copy of the folder as it is now, all of it durable. `base` is cut off from the paths of operations. */
  constructor(folder: string, base: string) {
    this.#root = load(folder);
    this.#base = base;
  }

  apply(operation: FileOperation): void {
    const { parent, name } = this.#locate(operation.path);
    const entry = name === '' ? this.#root : parent.entries.get(name);
    switch (operation.kind) {
      case 'create':
        if (entry?.kind !== 'file') parent.entries.set(name, newFile(operation.mode));
        else if (!operation.keep) entry.data = Buffer.alloc(0);
        return;
      case 'write':
        return void (fileAt(entry).data = written(fileAt(entry).data, operation.data, operation.position));
      case 'truncate':
        return void (fileAt(entry).data = fileAt(entry).data.subarray(0, operation.bytes));
      case 'chmod':
        if (entry?.kind === 'file' || entry?.kind === 'folder') entry.mode = operation.mode;
        return;
      case 'mkdir':
        return void parent.entries.set(name, {
          kind: 'folder',
          entries: new Map(),
          synced: new Map(),
          mode: operation.mode,
        });
      case 'symlink':
        return void parent.entries.set(name, { kind: 'link', target: operation.target });
      case 'rename': {
        const to = this.#locate(operation.to);
        to.parent.entries.set(to.name, entry!);
        return void parent.entries.delete(name);
      }
      case 'unlink':
      case 'rmdir':
        return void parent.entries.delete(name);
      case 'sync':
        return sync(entry!);
      case 'syncAll':
        return syncAll(this.#root);
    }
  }

  linesOf(file: string): number {
    const { parent, name } = this.#locate(file);
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
      for (const name of new Set([...entry.entries.keys(), ...entry.synced.keys()])) {
        if (entry.entries.get(name) !== entry.synced.get(name)) effects.push({ owner: entry, name });
      }
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

  #locate(file: string): { parent: ModelFolder; name: string } {
    const parts = path
      .relative(this.#base, file)
      .split(path.sep)
      .filter((part) => part !== '');
    const name = parts.pop() ?? '';
    const parent = parts.reduce((folder, part) => folderAt(folder.entries.get(part), file), this.#root);
    return { parent, name };
  }
}

export function writeImage(image: Image, folder: string): void {
  const names = [...image].sort(([a], [b]) => a.length - b.length);
  for (const [name, entry] of names) {
    const file = path.join(folder, name);
    if (entry === 'folder') mkdirSync(file, { recursive: true, mode: 0o700 });
    else if ('target' in entry) symlinkSync(entry.target, file);
    else {
      writeFileSync(file, entry.content);
      chmodSync(file, entry.mode);
    }
  }
}

function load(source: string): ModelFolder {
  const entries = new Map<string, ModelEntry>();
  for (const name of readdirSync(source)) {
    const file = path.join(source, name);
    const found = lstatSync(file);
    if (found.isSymbolicLink()) entries.set(name, { kind: 'link', target: readlinkSync(file) });
    else if (found.isDirectory()) entries.set(name, load(file));
    else if (found.isFile()) {
      const held = { data: readFileSync(file), mode: found.mode & 0o777 };
      entries.set(name, { kind: 'file', ...held, synced: held });
    }
  }
  return { kind: 'folder', entries, synced: new Map(entries), mode: lstatSync(source).mode & 0o777 };
}

const newFile = (mode: number): ModelFile => ({
  kind: 'file',
  data: Buffer.alloc(0),
  mode: mode & ~0o022,
  synced: null,
});

function sync(entry: ModelEntry): void {
  if (entry.kind === 'file') entry.synced = { data: entry.data, mode: entry.mode };
  if (entry.kind === 'folder') entry.synced = new Map(entry.entries);
}

function syncAll(entry: ModelEntry): void {
  sync(entry);
  if (entry.kind === 'folder') entry.entries.forEach(syncAll);
}

function written(data: Buffer, more: Buffer, position: number): Buffer {
  const whole = Buffer.alloc(Math.max(data.length, position + more.length));
  data.copy(whole);
  more.copy(whole, position);
  return whole;
}

function fileAt(entry: ModelEntry | undefined): ModelFile {
  if (entry?.kind !== 'file') throw new Error('the model has no such file');
  return entry;
}

function folderAt(entry: ModelEntry | undefined, file: string): ModelFolder {
  if (entry?.kind !== 'folder') throw new Error(`the model has no folder of ${file}`);
  return entry;
}
