import { afterEach, beforeEach, expect, test } from '@jest/globals';
import express from 'express';
import { connect } from 'node:net';
import { once } from 'node:events';
import { receiveEvents } from '../../../cli/event-source.ts';
import type { ApiEvent } from '../../../protocol/api/events.ts';
import { serveHttp, type ServedHttp } from '../../http/serve.ts';
import { openConnection, type EventConnection } from './event-connection.ts';

const at = new Date('2026-11-24T12:00:00.000Z');
let http: ServedHttp;
let opened: PromiseWithResolvers<EventConnection>;
let closed: PromiseWithResolvers<void>;

beforeEach(async () => {
  opened = Promise.withResolvers();
  closed = Promise.withResolvers();
  const app = express();
  app.get('/', (_, response) => opened.resolve(openConnection(response, () => at, closed.resolve, 20)));
  http = await serveHttp(app, { host: '127.0.0.1', port: 0 });
});
afterEach(() => http.close());

const change = (sequence: number, message = ''): ApiEvent => ({
  type: 'change',
  sequence,
  at: at.toISOString(),
  actor: 'lin',
  verb: 'v',
  object: 'o',
  message,
  deployment: null,
  lane: null,
});

test('a client that hears nothing else hears heartbeats, which say how far it is', async () => {
  const response = await fetch(`http://127.0.0.1:${http.port}/`);
  const connection = await opened.promise;
  connection.send(change(3));
  connection.reached(8);
  connection.reached(5);
  const events = receiveEvents(response);
  expect((await events.next()).value?.lastEventId).toBe('3');
  expect((await events.next()).value).toEqual({
    lastEventId: '8',
    event: { type: 'heartbeat', sequence: 8, at: at.toISOString() },
  });
  connection.close();
  await closed.promise;
});

test('a client that does not read is cut, before what waits for it fills the memory', async () => {
  const socket = connect({ host: '127.0.0.1', port: http.port });
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const connection = await opened.promise;
  let isClosed = false;
  void closed.promise.then(() => (isClosed = true));
  const before = process.memoryUsage().arrayBuffers;
  // 200 MB, if nobody stopped it.
  for (let sent = 0; sent < 2_000 && !isClosed; sent++) {
    connection.send(change(sent, 'x'.repeat(100_000)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(isClosed).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * 1024 * 1024);
  socket.resume();
  await once(socket, 'close');
});

test('who goes away is forgotten at once', async () => {
  const stop = new AbortController();
  await fetch(`http://127.0.0.1:${http.port}/`, { signal: stop.signal });
  const connection = await opened.promise;
  stop.abort();
  await expect(closed.promise).resolves.toBeUndefined();
  // What comes too late is no fault.
  connection.send(change(1));
});
