import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReplicaIndex } from '../../../activities/replication/replica-index.ts';
import { releaseNumber, serviceName } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { createRegionDatabase } from '../../../test/region-database.ts';
import type { TestRegionDatabase } from '../../../test/region-database.ts';
import { createReplicaIndex } from './replica-index.ts';

let region: TestRegionDatabase;
let index: ReplicaIndex;
beforeAll(async () => {
  region = await createRegionDatabase();
  index = createReplicaIndex(region.database);
});
afterAll(() => region.close());

const envelope = { payloadType: 'test', payload: '', signatures: [{ keyid: 'k', sig: 'c2ln' }] };
const blob = (name: string, fetched = true) => ({ digest: digestOf(name), sizeBytes: name.length, fetched });
const replicaOf = (name: string, number: number) => ({
  service: serviceName('checkout'),
  number: releaseNumber(number),
  release: digestOf(name),
});

test('a copy that was killed goes on with the chunks that have no row yet', async () => {
  const replica = replicaOf('killed', 1);
  await index.openReplica(replica);
  await index.recordChunks(replica.release, [blob('a'), blob('bb')]);
  await index.openReplica(replica);
  const wanted = ['bb', 'ccc', 'a', 'dddd'].map(digestOf);
  expect(await index.missingChunks(wanted)).toEqual(['ccc', 'dddd'].map(digestOf));
});

test('bytes are counted once for a release, however often they are recorded', async () => {
  const replica = replicaOf('counted', 2);
  await index.openReplica(replica);
  await index.recordChunks(replica.release, [blob('four'), blob('seventy', false), blob('four')]);
  await index.recordChunks(replica.release, [blob('four'), blob('ninetynine')]);
  expect(await index.readCounters(replica.release)).toEqual({ copiedBytes: 14, reusedBytes: 7 });
});

test('a release is served only when every chunk of it is here', async () => {
  const replica = replicaOf('whole', 3);
  await index.openReplica(replica);
  await index.recordChunks(replica.release, [blob('one')]);
  const chunks = [digestOf('one'), digestOf('two'), digestOf('one')];
  expect(await index.publish(replica, envelope, chunks)).toBe('incomplete');
  expect(await index.isPublished(replica.release)).toBe(false);
  await index.recordChunks(replica.release, [blob('two')]);
  expect(await index.publish(replica, envelope, chunks)).toBe('published');
  expect(await index.publish(replica, envelope, chunks)).toBe('published');
  expect(await index.isPublished(replica.release)).toBe(true);
});
