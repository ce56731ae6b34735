import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ApiUnreachableError, type ApiClient } from './api-client.ts';
import { callInsistently } from './insistent-call.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Each try fails after so long. */
function away(eachMs: number) {
  const keys: (string | undefined)[] = [];
  const call = async (_: string, { idempotencyKey }: { readonly idempotencyKey?: string }): Promise<never> => {
    keys.push(idempotencyKey);
    await new Promise((resolve) => setTimeout(resolve, eachMs));
    throw new ApiUnreachableError('away');
  };
  return { client: { call } as unknown as ApiClient, keys };
}

test.each([
  ['refuses connections is tried five times', 1, 5],
  ['takes them and never answers is tried once', 30_000, 1],
])('an api that %s, always with the same key', async (_, eachMs, tries) => {
  const { client, keys } = away(eachMs);
  const called = callInsistently(client, 'lock', { path: { service: 'checkout' } }).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await called).toEqual(new ApiUnreachableError('away'));
  expect(keys).toHaveLength(tries);
  expect(new Set(keys).size).toBe(1);
});
