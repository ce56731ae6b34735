import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort, freePorts, portsOf } from './free-port.ts';

test.each([
  [undefined, 22_000, 32_768],
  ['0', 22_000, 24_692],
  ['1', 24_692, 27_384],
  ['3', 30_076, 32_768],
  ['9', 24_692, 27_384],
])('of worker %s', (worker, first, end) => {
  expect(portsOf(worker)).toEqual({ first, end });
});

test('a port is free, one of its own worker, and no part of a row that was given before', async () => {
  const own = portsOf(process.env['JEST_WORKER_ID']);
  const first = await freePorts(500);
  const others = new Set(await Promise.all(Array.from({ length: 200 }, freePort)));
  expect(others.size).toBe(200);
  expect([...others].filter((port) => port >= first && port < first + 500)).toEqual([]);
  expect([...others, first].filter((port) => port < own.first || port >= own.end)).toEqual([]);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(first, '127.0.0.1', listening));
  server.close();
});

test('more than there are is said', async () => {
  await expect(freePorts(20_000)).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
});
