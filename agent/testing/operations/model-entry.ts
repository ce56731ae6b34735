import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

export interface ModelFile {
  readonly kind: 'file';
  data: Buffer;
  mode: number;
  /** As a loss of power leaves it; `null`: a name without content, the zero-byte file of containerd/containerd#5854. */
  synced: { readonly data: Buffer; readonly mode: number } | null;
  /** Written since a sync was last tried. */
  dirty: readonly Range[];
  /** What a failed sync was to write: the kernel has forgotten that, and no later sync writes it. Only who writes it anew has it. */
  lost: readonly Range[];
}
interface Range {
  readonly from: number;
  readonly to: number;
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
      entries.set(name, { kind: 'file', ...held, synced: held, dirty: [], lost: [] });
    }
  }
  return { ...newFolder(lstatSync(source).mode & 0o777), entries, synced: new Map(entries) };
}

export const newFolder = (mode: number): ModelFolder => ({
  kind: 'folder',
  entries: new Map(),
  synced: new Map(),
  mode,
});

export const newFile = (mode: number): ModelFile => ({
  kind: 'file',
  data: Buffer.alloc(0),
  mode: mode & ~0o022,
  synced: null,
  dirty: [],
  lost: [],
});

export function sync(entry: ModelEntry): void {
  if (entry.kind === 'file') {
    const data = entry.lost.length === 0 ? entry.data : Buffer.from(entry.data);
    for (const { from, to } of entry.lost) data.fill(0, from, to);
    Object.assign(entry, { synced: { data, mode: entry.mode }, dirty: [] });
  }
  if (entry.kind === 'folder') entry.synced = new Map(entry.entries);
}

/** Names are metadata, of which file systems keep a journal: after a failure they are lost or written, as any that wait for a sync. */
export function failSync(entry: ModelEntry): void {
  if (entry.kind === 'file') Object.assign(entry, { lost: [...entry.lost, ...entry.dirty], dirty: [] });
}

export function everyEntry(entry: ModelEntry, work: (each: ModelEntry) => void): void {
  work(entry);
  if (entry.kind === 'folder') entry.entries.forEach((each) => everyEntry(each, work));
}

export const unsyncedNames = ({ entries, synced }: ModelFolder): readonly string[] =>
  [...new Set([...entries.keys(), ...synced.keys()])].filter((name) => entries.get(name) !== synced.get(name));

export function write(file: ModelFile, more: Buffer, position: number): void {
  const range = { from: position, to: position + more.length };
  const data = Buffer.alloc(Math.max(file.data.length, range.to));
  file.data.copy(data);
  more.copy(data, position);
  Object.assign(file, { data, dirty: [...file.dirty, range], lost: without(file.lost, range) });
}

export function truncate(file: ModelFile, bytes: number): void {
  const beyond = { from: bytes, to: Infinity };
  const [dirty, lost] = [without(file.dirty, beyond), without(file.lost, beyond)];
  Object.assign(file, { data: file.data.subarray(0, bytes), dirty, lost });
}

const without = (ranges: readonly Range[], { from, to }: Range): readonly Range[] =>
  ranges
    .flatMap((each) => [
      { from: each.from, to: Math.min(each.to, from) },
      { from: Math.max(each.from, to), to: each.to },
    ])
    .filter((each) => each.from < each.to);

export function fileAt(entry: ModelEntry | undefined): ModelFile {
  if (entry?.kind !== 'file') throw new Error('the model has no such file');
  return entry;
}

export function folderAt(entry: ModelEntry | undefined, file: string): ModelFolder {
  if (entry?.kind !== 'folder') throw new Error(`the model has no folder of ${file}`);
  return entry;
}
