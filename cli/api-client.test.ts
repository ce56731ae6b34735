import { afterEach, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiProblemError, ApiUnreachableError, createApiClient } from './api-client.ts';
import { exitCodeOfError } from './exit-code.ts';

let server: Server | null = null;
afterEach(() => {
  jest.useRealTimers();
  server?.closeAllConnections();
  server?.close();
});

/** A server that is no Slipway, or a Slipway in trouble. */
async function before(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const thrownBy = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => null,
    (error: unknown) => error,
  );

test.each([
  ['that says nothing', (): void => undefined],
  ['that stops in the middle of its answer', (_, response) => void response.write('{"person":')],
] as readonly (readonly [string, RequestListener])[])(
  'an api %s is told with its address after 30 s',
  async (_, listener) => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const arrived = Promise.withResolvers<void>();
    const url = await before((request, response) => {
      listener(request, response);
      arrived.resolve();
    });
    const thrown = thrownBy(createApiClient(url, 'token').call('me'));
    await arrived.promise;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await thrown).toEqual(new ApiUnreachableError(`${url} does not answer: nothing came in 30 s`));
    expect(await thrown).toBeInstanceOf(ApiUnreachableError);
    expect(exitCodeOfError(await thrown)).toBe(1);
  },
);

test.each([
  ['is cut off in the middle of its answer', 'other side closed'],
  ['resets the connection', 'other side closed'],
])('an api that %s is told with its address', async (how, why) => {
  const url = await before((request, response) => {
    if (how.startsWith('resets')) return void request.socket.destroy();
    response.writeHead(200, { 'content-length': 1000 });
    response.write('{', () => request.socket.destroy());
  });
  const thrown = await thrownBy(createApiClient(url, 'token').call('me'));
  expect(thrown).toBeInstanceOf(ApiUnreachableError);
  expect((thrown as Error).message).toBe(`${url} does not answer: ${why}`);
});

test('who gives up is answered with why, and not that the api is away', async () => {
  const url = await before(() => undefined);
  const stop = new AbortController();
  const thrown = thrownBy(createApiClient(url, 'token').call('me', { signal: stop.signal }));
  stop.abort(new Error('interrupted'));
  expect(await thrown).toEqual(new Error('interrupted'));
});

test('what answers like a proxy and not like the api is named', async () => {
  const url = await before((_, response) => void response.end('<h1>Welcome</h1>'));
  await expect(createApiClient(url, 'token').call('me')).rejects.toThrow(`${url} answers 200 with what is no JSON`);
  server!.close();
  const broken = await before((_, response) => void response.writeHead(502).end('Bad Gateway'));
  const thrown = await thrownBy(createApiClient(broken, 'token').call('me'));
  expect(thrown).toBeInstanceOf(ApiProblemError);
  expect((thrown as ApiProblemError).problem).toMatchObject({ status: 502, detail: 'Bad Gateway', retryable: true });
});
