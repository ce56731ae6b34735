import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Digest } from '../domain/names.ts';
import { canonicalJson } from './canonical-json.ts';
import { digestOf } from './digest.ts';
import { verifyDocument, type Envelope } from './dsse.ts';
import { digestField, releaseNumberField, serviceField } from './fields.ts';

export const manifestType = 'application/vnd.slipway.manifest.v1+json';

/** What a reader will hold in memory of each part, whatever a root says. */
export const listingMaxBytes = 64 * 1024 * 1024;
const chunkTableMaxBytes = 10 + 36 * 1_000_000;
export const configMaxBytes = 64 * 1024;

const sizeField = z.int().min(0);

/**
 * The signed root of a release: small, and every later read is bounded by a size in it. Its digest, over the exact
 * canonical text, is the release's digest.
 */
export const manifestRootSchema = z.strictObject({
  format: z.literal('slipway.manifest/1'),
  service: serviceField,
  release: releaseNumberField,
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** `whole-1`: one chunk a file. */
  chunking: z.literal('whole-1'),
  /** `files` counts links too. */
  listing: z.strictObject({ digest: digestField, sizeBytes: sizeField.max(listingMaxBytes), files: z.int().min(0) }),
  chunks: z.strictObject({ digest: digestField, sizeBytes: sizeField.max(chunkTableMaxBytes), count: z.int().min(0) }),
  /** Canonical JSON of how an instance is run and judged (`ReleaseConfig`). */
  config: z.strictObject({ digest: digestField, sizeBytes: sizeField.max(configMaxBytes) }),
  totalBytes: sizeField,
  maxFileBytes: sizeField,
});
export type ManifestRoot = z.infer<typeof manifestRootSchema>;
export const manifestRootMaxBytes = 4 * 1024;

/** Sorted by path (bytewise). A file's chunks are `firstChunk … firstChunk + chunkCount - 1` of the chunk table. */
export const listingEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    path: z.string().min(1).max(1024),
    mode: z.union([z.literal(0o644), z.literal(0o755)]),
    sizeBytes: sizeField,
    digest: digestField,
    firstChunk: z.int().min(0),
    chunkCount: z.int().min(0),
  }),
  z.strictObject({ kind: z.literal('link'), path: z.string().min(1).max(1024), target: z.string().min(1).max(1024) }),
]);
export type ListingEntry = z.infer<typeof listingEntrySchema>;
export type FileEntry = Extract<ListingEntry, { kind: 'file' }>;

export type ParsedManifestRoot =
  | { readonly ok: true; readonly root: ManifestRoot; readonly digest: Digest }
  | { readonly ok: false; readonly reason: string };

/** A root from its text, which must be the one canonical text of it: another text would be another release. */
export function parseManifestRoot(text: string): ParsedManifestRoot {
  if (Buffer.byteLength(text) > manifestRootMaxBytes) return refuse(`is larger than ${manifestRootMaxBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('is not JSON');
  }
  const parsed = manifestRootSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(`is malformed at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`);
  }
  if (canonicalJson(parsed.data) !== text) return refuse('is not in canonical form');
  return { ok: true, root: parsed.data, digest: digestOf(text) };
}

/** The root of `release` out of its envelope, if one of the build keys signed it. */
export function verifyManifest(
  envelope: Envelope,
  release: Digest,
  buildKeys: readonly KeyObject[],
): ParsedManifestRoot {
  const verified = verifyDocument(envelope, manifestType, buildKeys);
  if (!verified.ok) return refuse(`is not signed as a manifest (${verified.reason})`);
  const parsed = parseManifestRoot(verified.payloadText);
  if (parsed.ok && parsed.digest !== release) return refuse(`is of another release (${parsed.digest})`);
  return parsed;
}

const refuse = (reason: string): { readonly ok: false; readonly reason: string } => ({
  ok: false,
  reason: `manifest ${reason}`,
});
