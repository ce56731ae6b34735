import type { ReleaseConfig } from '../../domain/spec/service-spec.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { TrustedKeys } from '../../protocol/root-document.ts';
import { decodeChunkTable } from '../../protocol/chunk-table.ts';
import { digestOf } from '../../protocol/digest.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { chunksProblem, decodeListing } from '../../protocol/listing.ts';
import { verifyManifest, type ListingEntry, type ManifestRoot } from '../../protocol/manifest.ts';
import { releaseConfigSchema } from '../../protocol/release-config.ts';
import type { ReleaseSource } from '../gateway/gateway-client.ts';

/** What is signed about a release, verified. The bytes are kept: they are what stands on disk beside the tree. */
export interface ReleaseDocuments {
  readonly root: ManifestRoot;
  readonly envelope: Envelope;
  readonly entries: readonly ListingEntry[];
  readonly listing: Buffer;
  readonly config: ReleaseConfig;
  readonly configBytes: Buffer;
}

/** A release that isn't what its signature says. Another source may have the right one. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
  readonly code = 'release';
}

export interface WantedRelease {
  readonly service: ServiceName;
  readonly release: Digest;
  /** Of the admission: another config would be another release. */
  readonly config: Digest;
}

/** Fetches and checks, in the order of trust: root by the build key, then each part by the root's size and digest. */
export async function fetchDocuments(
  wanted: WantedRelease,
  source: ReleaseSource,
  { build }: Pick<TrustedKeys, 'build'>,
  signal: AbortSignal,
): Promise<ReleaseDocuments> {
  const { release } = wanted;
  const envelope = await source.manifest(release, signal);
  const manifest = verifyManifest(envelope, release, [build]);
  if (!manifest.ok) throw new ReleaseError(manifest.reason);
  const { root } = manifest;
  if (root.service !== wanted.service) throw new ReleaseError(`manifest is of service ${root.service}`);
  if (root.config.digest !== wanted.config) throw new ReleaseError('the admission is for another config');
  const listing = await source.part(release, 'listing', root.listing.sizeBytes, signal);
  const table = await source.part(release, 'chunk-table', root.chunks.sizeBytes, signal);
  const configBytes = await source.part(release, 'config', root.config.sizeBytes, signal);
  return {
    root,
    envelope,
    entries: readEntries(listing, table, root),
    listing,
    config: readConfig(configBytes, root),
    configBytes,
  };
}

function readEntries(listing: Buffer, table: Buffer, root: ManifestRoot): readonly ListingEntry[] {
  const decoded = decodeListing(listing, root);
  if (!decoded.ok) throw new ReleaseError(decoded.reason);
  const chunks = decodeChunkTable(table, root.chunks);
  if (!chunks.ok) throw new ReleaseError(chunks.reason);
  const problem = chunksProblem(decoded.entries, chunks.chunks);
  if (problem !== null) throw new ReleaseError(problem);
  return decoded.entries;
}

/** @throws ReleaseError */
export function readConfig(bytes: Buffer, { config }: Pick<ManifestRoot, 'config'>): ReleaseConfig {
  if (bytes.length !== config.sizeBytes || digestOf(bytes) !== config.digest) {
    throw new ReleaseError('config differs from the signed digest');
  }
  const parsed = releaseConfigSchema.safeParse(JSON.parse(bytes.toString('utf8')));
  if (!parsed.success) throw new ReleaseError('config is malformed');
  return parsed.data;
}
