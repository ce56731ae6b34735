import type { KeyObject } from 'node:crypto';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { decodeChunkTable, type ChunkRecord } from '../../protocol/chunk-table.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signText } from '../../protocol/dsse.ts';
import { chunksProblem, decodeListing } from '../../protocol/listing.ts';
import { manifestType, parseManifestRoot, type ManifestRoot } from '../../protocol/manifest.ts';
import { parsedSpecMistake } from '../../protocol/service-spec.ts';
import { readPart, type BlobStore } from '../blob-store.ts';
import { inParallel } from '../in-parallel.ts';
import type { SignReleaseInput, SignReleaseResult } from './contract.ts';
import type { ReleaseRecords } from './release-records.ts';

export interface SigningParts {
  readonly records: ReleaseRecords;
  readonly store: BlobStore;
  readonly buildKey: KeyObject;
}

const lookedUpAtOnce = 32;

/**
 * Signs what the build worker made, which ran foreign code: so nothing that it says is believed. All of the release is
 * read back from the store, and only a release that hosts can install gets a signature.
 */
export async function signRelease(parts: SigningParts, input: SignReleaseInput): Promise<SignReleaseResult> {
  const { records, store } = parts;
  const refused = (reason: string): SignReleaseResult => ({ outcome: 'refused', reason });
  const row = await records.findRelease(input.service, input.release);
  if (row === null) return refused(`there is no release ${input.service}@${input.release}`);
  const parsed = parseManifestRoot(input.unsigned.manifestRoot);
  if (!parsed.ok) return refused(parsed.reason);
  const { root, digest } = parsed;
  const problem =
    identityProblem(root, input, row.commit) ?? specProblem(input) ?? (await contentProblem(store, root, input));
  if (problem !== null) return refused(problem);
  if (digest !== input.unsigned.digest) return refused('the digest is not that of the manifest');
  // Published in the store before it is recorded: a release that is `ready` can be replicated.
  await store.putRelease(digest, signText(manifestType, input.unsigned.manifestRoot, parts.buildKey));
  const recorded = await records.recordSigned({
    service: input.service,
    release: input.release,
    deployment: input.deployment,
    digest,
    configDigest: root.config.digest,
    spec: input.spec,
    totalBytes: root.totalBytes,
    files: root.listing.files,
    buildLog: input.log ?? null,
  });
  if (recorded !== 'recorded') return refused(`${input.service}@${input.release} is another release already`);
  return { outcome: 'signed', placement: { release: { number: input.release, digest }, selector: input.spec.on } };
}

function identityProblem(root: ManifestRoot, { service, release }: SignReleaseInput, commit: string): string | null {
  if (root.service !== service) return `the manifest is of service ${root.service}`;
  if (root.release !== release) return `the manifest is of release ${root.release}`;
  return root.commit === commit ? null : `the manifest is of commit ${root.commit}, merged was ${commit}`;
}

/** It decides who must approve and how many hosts may fail, so no part of it is taken that no `slipway.yaml` gives. */
function specProblem({ service, spec }: SignReleaseInput): string | null {
  const mistake = parsedSpecMistake(spec);
  if (mistake !== null) return `the spec is not valid: ${mistake}`;
  return spec.service === service ? null : `the spec is of service ${spec.service}`;
}

async function contentProblem(
  store: BlobStore,
  root: ManifestRoot,
  { spec }: SignReleaseInput,
): Promise<string | null> {
  const config = canonicalJson({ run: spec.run, health: spec.health });
  if (digestOf(config) !== root.config.digest || Buffer.byteLength(config) !== root.config.sizeBytes) {
    return "the manifest's config is not that of the spec";
  }
  const [configPart, listingPart, tablePart] = [
    await readPart(store, root.config),
    await readPart(store, root.listing),
    await readPart(store, root.chunks),
  ];
  if (configPart === null || listingPart === null || tablePart === null)
    return 'a part of the manifest is not in the store';
  const listing = decodeListing(listingPart, root);
  if (!listing.ok) return listing.reason;
  const table = decodeChunkTable(tablePart, root.chunks);
  if (!table.ok) return table.reason;
  return chunksProblem(listing.entries, table.chunks) ?? (await absentChunk(store, table.chunks));
}

async function absentChunk(store: BlobStore, chunks: readonly ChunkRecord[]): Promise<string | null> {
  let problem: string | null = null;
  await inParallel(chunks, lookedUpAtOnce, async ({ digest, sizeBytes }) => {
    const size = await store.sizeOf(digest);
    if (size === null) problem = `chunk ${digest} is not in the store`;
    else if (size !== sizeBytes) problem = `chunk ${digest} has ${size} bytes, the table says ${sizeBytes}`;
  });
  return problem;
}
