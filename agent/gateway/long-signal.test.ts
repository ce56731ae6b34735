import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { certifiedAccess } from '../testing/certified-access.ts';
import { startTestRegion, testHost, type TestRegion } from '../testing/test-region.ts';
import { connectGateway } from './gateway-client.ts';

let region: TestRegion;
beforeEach(async () => void (region = await startTestRegion()));
afterEach(() => region.gateway.goDown());

test('a signal that lives as long as the agent holds nothing of requests that have ended', async () => {
  const release = region.publish({ number: 1 });
  region.setGoal({ deployment: 1, generation: 10, base: release });
  const client = connectGateway(new URL(region.gateway.url), await certifiedAccess(region.authority, testHost));
  const { signal } = new AbortController();
  try {
    for (let n = 0; n < 5; n++) {
      await client.poll({ known: [], waitMs: 1_000, here: { labels: {}, maintenance: false } }, signal);
      await client.manifest(release.digest, signal);
      await client.part(release.digest, 'listing', 1024 * 1024, signal);
      await expect(client.manifest(`sha256:${'0'.repeat(64)}` as never, signal)).rejects.toThrow('404');
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  } finally {
    client.close();
  }
});
