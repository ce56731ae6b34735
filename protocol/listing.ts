import { canonicalJson } from './canonical-json.ts';
import type { ChunkRecord } from './chunk-table.ts';
import { digestOf } from './digest.ts';
import { listingEntrySchema, type ListingEntry, type ManifestRoot } from './manifest.ts';
import { comparePaths, linkProblem, treeCollisions, treePathProblem } from './tree-path.ts';

export type DecodedListing =
  { readonly ok: true; readonly entries: readonly ListingEntry[] } | { readonly ok: false; readonly reason: string };

/** The part `listing` of a manifest: one line of canonical JSON an entry, sorted by path, each ended by `\n`. */
export function encodeListing(entries: readonly ListingEntry[]): Buffer {
  return Buffer.from(entries.map((entry) => `${canonicalJson(entry)}\n`).join(''), 'utf8');
}

/**
 * Reads a listing that must be exactly the one that the signed root names. What passes is safe to write into an empty
 * folder in its order: no path leaves it, none goes through a link or a file, none meets another.
 */
export function decodeListing(bytes: Uint8Array, root: ManifestRoot): DecodedListing {
  const expected = root.listing;
  if (bytes.byteLength !== expected.sizeBytes) {
    return refuse(`has ${bytes.byteLength} bytes, signed are ${expected.sizeBytes}`);
  }
  if (digestOf(bytes) !== expected.digest) return refuse('differs from the signed digest');
  const parsed = parseLines(bytes);
  if (typeof parsed === 'string') return refuse(parsed);
  const problem = treeProblem(parsed) ?? totalsProblem(parsed, root);
  return problem === null ? { ok: true, entries: parsed } : refuse(problem);
}

/** Why these entries are no tree that may be installed, or null. The builder and every reader ask the same. */
export function treeProblem(entries: readonly ListingEntry[]): string | null {
  const collides = treeCollisions();
  let previous: string | null = null;
  for (const entry of entries) {
    const name = JSON.stringify(entry.path);
    const problem =
      treePathProblem(entry.path) ?? (entry.kind === 'link' ? linkProblem(entry.path, entry.target) : null);
    if (problem !== null) return `path ${name} ${problem}`;
    if (previous !== null && comparePaths(previous, entry.path) >= 0) return `path ${name} is out of order`;
    const other = collides(entry.path);
    if (other !== null) return `path ${name} collides with ${JSON.stringify(other)}`;
    previous = entry.path;
  }
  return null;
}

/**
 * Why a listing and a chunk table don't fit each other, or null: in order, each file's chunks are the next ones of the
 * table, add up to its size, and none is left over. An empty file has none. In `whole-1` the one chunk is the file.
 */
export function chunksProblem(entries: readonly ListingEntry[], chunks: readonly ChunkRecord[]): string | null {
  let next = 0;
  for (const entry of entries) {
    if (entry.kind !== 'file') continue;
    const own = chunks.slice(next, next + entry.chunkCount);
    const chunk = own[0];
    const whole = entry.sizeBytes === 0 ? own.length === 0 : own.length === 1 && chunk!.digest === entry.digest;
    const sized = own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) === entry.sizeBytes;
    if (entry.firstChunk !== next || entry.chunkCount !== own.length || !whole || !sized) {
      return `chunks of ${JSON.stringify(entry.path)} don't fit the chunk table`;
    }
    next += own.length;
  }
  return next === chunks.length ? null : `chunk table holds ${chunks.length - next} chunks of no file`;
}

/** Entries in order, or why the text is no listing. A line that isn't canonical could hide a second reading. */
function parseLines(bytes: Uint8Array): ListingEntry[] | string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'is not UTF-8';
  }
  if (text === '') return [];
  if (!text.endsWith('\n')) return 'is cut off';
  const entries: ListingEntry[] = [];
  for (const line of text.slice(0, -1).split('\n')) {
    const entry = parseLine(line);
    if (entry === null) return `is malformed in line ${entries.length + 1}`;
    entries.push(entry);
  }
  return entries;
}

function parseLine(line: string): ListingEntry | null {
  try {
    const parsed = listingEntrySchema.safeParse(JSON.parse(line));
    return parsed.success && canonicalJson(parsed.data) === line ? parsed.data : null;
  } catch {
    return null;
  }
}

function totalsProblem(entries: readonly ListingEntry[], root: ManifestRoot): string | null {
  if (entries.length !== root.listing.files) return `holds ${entries.length} entries, signed are ${root.listing.files}`;
  const sizes = entries.map((entry) => (entry.kind === 'file' ? entry.sizeBytes : 0));
  if (sizes.reduce((sum, size) => sum + size, 0) !== root.totalBytes) return 'adds up to another total size';
  const largest = sizes.reduce((max, size) => Math.max(max, size), 0);
  return largest === root.maxFileBytes ? null : 'has another largest file';
}

const refuse = (reason: string): DecodedListing => ({ ok: false, reason: `listing ${reason}` });
