import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

export interface ModelFile {
  readonly kind: 'file';
  data: Buffer;
  mode: number;
  /** As a loss of power leaves it; `null`: a name without content, the zero-byte file of containerd/containerd#5854. */
  synced: { readonly data: Buffer; readonly mode: number } | null;
}
export interface ModelFolder {
  readonly kind: 'folder';
  entries: Map<string, ModelEntry>;
  synced: ReadonlyMap<string, ModelEntry>;
  mode: number;
}
interface ModelLink {
  readonly kind: 'link';
  readonly target: string;
}
export type ModelEntry = ModelFile | ModelFolder | ModelLink;

export function load(source: string): ModelFolder {
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

export const newFile = (mode: number): ModelFile => ({
  kind: 'file',
  data: Buffer.alloc(0),
  mode: mode & ~0o022,
  synced: null,
});

export function sync(entry: ModelEntry): void {
  if (entry.kind === 'file') entry.synced = { data: entry.data, mode: entry.mode };
  if (entry.kind === 'folder') entry.synced = new Map(entry.entries);
}

export function syncAll(entry: ModelEntry): void {
  sync(entry);
  if (entry.kind === 'folder') entry.entries.forEach(syncAll);
}

export function written(data: Buffer, more: Buffer, position: number): Buffer {
  const whole = Buffer.alloc(Math.max(data.length, position + more.length));
  data.copy(whole);
  more.copy(whole, position);
  return whole;
}

export function fileAt(entry: ModelEntry | undefined): ModelFile {
  if (entry?.kind !== 'file') throw new Error('the model has no such file');
  return entry;
}

export function folderAt(entry: ModelEntry | undefined, file: string): ModelFolder {
  if (entry?.kind !== 'folder') throw new Error(`the model has no folder of ${file}`);
  return entry;
}
