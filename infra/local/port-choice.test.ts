import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort } from './free-port.ts';
import { choosePort } from './port-choice.ts';

test('a port that was chosen is not chosen again, though nobody listens on it yet', async () => {
  const wanted = await freePort();
  const first = await choosePort(wanted);
  const second = await choosePort(wanted);
  expect(first).toEqual({ port: wanted, insteadOf: null });
  expect(second.port).toBeGreaterThan(wanted);
  expect(second.insteadOf).toEqual({ port: wanted, owner: 'another program' });
});

test('a port on which somebody listens is passed over by whole steps, and its owner is named', async () => {
  const wanted = await freePort();
  const server = createServer();
  await new Promise<void>((listening) => server.listen(wanted, '127.0.0.1', listening));
  const { port, insteadOf } = await choosePort(wanted, 100);
  // Somebody may have the next one, too.
  expect(port).toBeGreaterThan(wanted);
  expect((port - wanted) % 100).toBe(0);
  expect(insteadOf?.owner).toContain(`pid ${process.pid}`);
  server.close();
});
