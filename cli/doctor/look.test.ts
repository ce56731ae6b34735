import { expect, test } from '@jest/globals';
import type { About } from '../../protocol/api/about.ts';
import type { ApiClient } from '../api-client.ts';
import { lookAround } from './look.ts';

/** A look at an api that streams nothing. */
async function lookAt(regions: About['regions'], signal = new AbortController().signal) {
  const about: About = { version: '1', at: new Date().toISOString(), temporalUi: null, regions };
  const client = {
    url: 'http://api',
    call: async (name: string) => (name === 'about' ? about : { person: 'ada', roles: [] }),
    events: async () => ({ body: null }),
  } as unknown as ApiClient;
  const findings = await lookAround(client, signal);
  return findings.find(({ name }) => name === 'regions');
}

test.each([
  [{ total: 5, reporting: 5, withoutService: 0 }, true, '5 of 5 report'],
  [{ total: 5, reporting: 4, withoutService: 1 }, true, '4 of 5 report, 1 without a service'],
  [{ total: 5, reporting: 3, withoutService: 1 }, false, '3 of 5 report, 1 without a service'],
  [{ total: 0, reporting: 0, withoutService: 0 }, false, '0 of 0 report'],
])('of regions %o it is well that %s: %s', async (regions, ok, text) => {
  expect(await lookAt(regions)).toMatchObject({ ok, text });
});

test('Ctrl-C ends a look, and is no finding', async () => {
  const signal = AbortSignal.abort(new Error('interrupted'));
  await expect(lookAt({ total: 1, reporting: 1, withoutService: 0 }, signal)).rejects.toThrow('interrupted');
});
