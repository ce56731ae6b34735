import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { hostId } from '../../../domain/names.ts';
import type { Digest } from '../../../domain/names.ts';
import { createReplicaIndex } from '../../../infra/postgres/region/replica-index.ts';
import { canonicalJson } from '../../../protocol/canonical-json.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { signText } from '../../../protocol/dsse.ts';
import { manifestType } from '../../../protocol/manifest.ts';
import { startGateway } from '../../../test/gateway.ts';
import type { TestGateway } from '../../../test/gateway.ts';
import { createGoalRegion, type GoalRegion } from '../../../test/goal-region.ts';
import { enrollWithCertificate } from '../../../test/host-certificates.ts';
import { placeRelease } from '../../../test/published-release.ts';
import { checkout, release412, storeFiles } from '../../../test/release-fixture.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const page = 'a page of some length';
let here: GoalRegion;
let gateway: TestGateway;
let certificate: ShownIdentity;
let release: Digest;
let envelope: ReturnType<typeof signText>;

beforeAll(async () => {
  here = await createGoalRegion();
  gateway = await startGateway(here);
  certificate = await enrollWithCertificate(here.database, hostId('a'));
  const { root, listing, chunkTable, config } = await storeFiles(gateway.store, { 'index.html': page });
  const text = canonicalJson(root);
  release = digestOf(text);
  envelope = signText(manifestType, text, privateKey);
  const replica = { service: checkout, number: release412, release };
  const blobs = [listing, chunkTable, config, Buffer.from(page)].map((bytes) => ({
    digest: digestOf(bytes),
    sizeBytes: bytes.length,
    fetched: true,
  }));
  const index = createReplicaIndex(here.database);
  await index.openReplica(replica);
  await index.recordChunks(release, blobs);
  await placeRelease(here, gateway, certificate, { release, selector: {} });
  expect((await get('')).status).toBe(404);
  expect(
    await index.publish(
      replica,
      envelope,
      blobs.map(({ digest }) => digest),
    ),
  ).toBe('published');
});
afterAll(async () => {
  await gateway.close();
  await here.close();
});

const get = (path: string, headers = {}) => gateway.get(`/v1/releases/${release}${path}`, certificate, headers);
const chunk = (content: string) => `/chunks/${digestOf(content)}`;

describe('a release that is published here', () => {
  test('is given as its signed root', async () => {
    expect(await (await get('')).json()).toEqual(envelope);
  });

  test.each(['listing', 'chunk-table', 'config'])('has its %s, as the root names it', async (part) => {
    const root = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as Record<string, { digest: Digest }>;
    const response = await get(`/${part}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(digestOf(bytes)).toBe(root[part === 'chunk-table' ? 'chunks' : part]!.digest);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
  });

  test.each([
    ['whole', {}, 200, page, null],
    ['from a byte on', { range: 'bytes=7-' }, 206, page.slice(7), `bytes 7-20/21`],
    ['between two bytes, inclusive', { range: 'bytes=2-5' }, 206, page.slice(2, 6), `bytes 2-5/21`],
    ['its last bytes', { range: 'bytes=-4' }, 206, page.slice(-4), 'bytes 17-20/21'],
    ['whole when several ranges are asked for', { range: 'bytes=0-1,5-6' }, 200, page, null],
    ['whole when the range is nonsense', { range: 'lines=1-2' }, 200, page, null],
  ])('gives a chunk %s', async (_case, headers, status, content, range) => {
    const response = await get(chunk(page), headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-range')).toBe(range);
    expect(await response.text()).toBe(content);
  });

  test('refuses a range beyond the end, and says how long the chunk is', async () => {
    const response = await get(chunk(page), { range: 'bytes=21-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */21');
    expect(await response.json()).toMatchObject({ type: expect.stringMatching(/range-not-satisfiable$/) });
  });
});

test('a blob of the store that is no part of the release is not given', async () => {
  const secret = 'of a release that is still being copied';
  await gateway.store.put(digestOf(secret), secret.length, Buffer.from(secret));
  expect((await get(chunk(secret))).status).toBe(404);
});

test('a release that is not published here is not given, nor any part of it', async () => {
  for (const path of ['', '/listing', chunk(page)]) {
    const response = await gateway.get(`/v1/releases/${digestOf('another')}${path}`, certificate);
    expect(response.status).toBe(404);
  }
});

test('nothing is given to who is no host of this region', async () => {
  for (const path of ['', '/listing', chunk(page)]) {
    expect((await gateway.get(`/v1/releases/${release}${path}`, null)).status).toBe(401);
  }
});

test('what is no digest is not found, and never a path', async () => {
  expect((await gateway.get('/v1/releases/..%2f..%2fetc%2fpasswd', certificate)).status).toBe(404);
  expect((await get('/chunks/..%2f..%2fsecret')).status).toBe(404);
});
