import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import express from 'express';
import { expect, jest, test } from '@jest/globals';
import type { Logger } from 'pino';
import { digest } from '../../../domain/names.ts';
import { sendBlob } from './send-blob.ts';

test('a host that hung up before its blob was opened leaves no file open, and is no fault', async () => {
  const stream = Readable.from([Buffer.from('a release')]);
  const error = jest.fn();
  const closed = Promise.withResolvers<void>();
  const app = express().get('/', async (_, response) => {
    await once(response satisfies ServerResponse, 'close');
    const store = { sizeOf: async () => 9, open: async () => ({ sizeBytes: 9, stream }) };
    const answer = { digest: digest(`sha256:${'1'.repeat(64)}`), response, rangeIn: () => undefined };
    await sendBlob({ store, log: { error } as unknown as Logger }, answer, { inc: () => undefined });
    closed.resolve();
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  asked.on('error', () => undefined).end();
  await once(server, 'request');
  asked.destroy();
  await closed.promise;
  server.close();
  expect(stream.destroyed).toBe(true);
  expect(error).not.toHaveBeenCalled();
});
