import { homedir } from 'node:os';
import { expect, test } from '@jest/globals';
import { cacheFolder } from './tool-cache.ts';

test.each([
  [{ XDG_CACHE_HOME: '/var/cache/me', HOME: '/home/me' }, '/var/cache/me/slipway'],
  [{ HOME: '/home/me' }, '/home/me/.cache/slipway'],
  [{ XDG_CACHE_HOME: 'relative', HOME: '/home/me' }, '/home/me/.cache/slipway'],
  [{ XDG_CACHE_HOME: '', HOME: '/home/me' }, '/home/me/.cache/slipway'],
  [{}, `${homedir()}/.cache/slipway`],
])('with %j the cache is %s', (env, folder) => {
  expect(cacheFolder(env)).toBe(folder);
});
