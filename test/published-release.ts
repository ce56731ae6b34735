import { generateKeyPairSync } from 'node:crypto';
import { expect } from '@jest/globals';
import type { BlobStore } from '../activities/blob-store.ts';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';
import type { Placement, Selector } from '../domain/goal/goal.ts';
import type { Digest } from '../domain/names.ts';
import type { ServiceSpec } from '../domain/spec/service-spec.ts';
import type { Database } from '../infra/postgres/connect.ts';
import { createReplicaIndex } from '../infra/postgres/region/replica-index.ts';
import { canonicalJson } from '../protocol/canonical-json.ts';
import { digestOf } from '../protocol/digest.ts';
import { signText } from '../protocol/dsse.ts';
import { manifestType } from '../protocol/manifest.ts';
import type { TestGateway } from './gateway.ts';
import { absentAfterMs, admissionOf, attempt, region, service, type GoalRegion } from './goal-region.ts';
import { checkout, release412, storeFiles } from './release-fixture.ts';

const { privateKey } = generateKeyPairSync('ed25519');

/** Stores a release of these files, and keeps it in the region as its worker would. */
export async function publishRelease(
  database: Database,
  store: BlobStore,
  files: Readonly<Record<string, string>>,
  run?: ServiceSpec['run'],
): Promise<Digest> {
  const { root, listing, chunkTable, config } = await storeFiles(store, files, undefined, run);
  const text = canonicalJson(root);
  const blobs = [listing, chunkTable, config, ...Object.values(files).map((content) => Buffer.from(content))];
  const chunks = blobs.map((bytes) => ({ digest: digestOf(bytes), sizeBytes: bytes.length, fetched: true }));
  const replica = { service: checkout, number: release412, release: digestOf(text) };
  const index = createReplicaIndex(database);
  await index.openReplica(replica);
  await index.recordChunks(replica.release, chunks);
  const digests = chunks.map(({ digest }) => digest);
  expect(await index.publish(replica, signText(manifestType, text, privateKey), digests)).toBe('published');
  return replica.release;
}

/** Begins its deployment. Resolves when the gateway has the goal: `heard`, whom it concerns, was told. */
export async function placeRelease(
  here: GoalRegion,
  gateway: TestGateway,
  heard: ShownIdentity,
  { release, selector }: { readonly release: Digest; readonly selector: Selector },
): Promise<void> {
  const next: Placement = { release: { number: release412, digest: release }, selector };
  const knowing = { service, region, outcomes: [], centreGeneration: 0 as const };
  const admission = admissionOf(next);
  const begun = await here.activities.beginRegion({ ...knowing, attempt: attempt(1), next, admission, absentAfterMs });
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  const { body } = await gateway.post('/v1/poll', heard, { known: [], waitMs: 20_000 });
  expect(body).toMatchObject({ goals: [{ service }] });
}
