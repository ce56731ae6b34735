import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectPrometheus, prometheusLimits } from './prometheus.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const query = { promql: 'up{a="b"}', startMs: 1_500, endMs: 61_500, stepMs: 15_000 };
const ask = (
  url: string,
  tokenFile: string | null = null,
  signal = new AbortController().signal,
  limits: Parameters<typeof connectPrometheus>[1] = prometheusLimits,
) => connectPrometheus({ url, tokenFile }, limits).queryRange(query, signal);
/** For what never answers; all else gets the time that it has in earnest. */
const impatiently = (url: string) =>
  ask(url, null, new AbortController().signal, { ...prometheusLimits, answerMs: 300 });
const matrix = (result: unknown) => JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });

test('a query is a form, and values are numbers in ms', async () => {
  let asked = '';
  const url = await serve((request, response) => {
    request.on('data', (piece: Buffer) => (asked += `${request.method} ${request.url} ${piece.toString()}`));
    const values = [
      [1.5, '0.25'],
      [16.5, 'NaN'],
      [31.5, '+Inf'],
      [46.5, '-Inf'],
    ];
    request.on('end', () => response.end(matrix([{ metric: { a: 'b' }, values }])));
  });
  expect(await ask(url)).toEqual([
    [
      { atMs: 1_500, value: 0.25 },
      { atMs: 16_500, value: NaN },
      { atMs: 31_500, value: Infinity },
      { atMs: 46_500, value: -Infinity },
    ],
  ]);
  expect(asked).toBe('POST /api/v1/query_range query=up%7Ba%3D%22b%22%7D&start=1.5&end=61.5&step=15&timeout=10000ms');
});

test('a token is sent, read anew, and never told', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-token-'));
  const file = path.join(folder, 'token');
  const tokens: unknown[] = [];
  const url = await serve((request, response) => {
    tokens.push(request.headers.authorization);
    response.statusCode = 401;
    response.end('who are you, with s3cret?');
  });
  for (const token of ['s3cret', 'another']) {
    await writeFile(file, `${token}\n`);
    await expect(ask(url, file)).rejects.toThrow(/^Prometheus answers 401$/);
  }
  expect(tokens).toEqual(['Bearer s3cret', 'Bearer another']);
  await rm(folder, { recursive: true });
  await expect(ask(url, file)).rejects.toThrow("the file of Prometheus's token can't be read");
});

describe('a server that', () => {
  const slow: RequestListener = () => undefined;
  const drips: RequestListener = (_, response) => void response.write('{');
  const endless: RequestListener = (_, response) => {
    const more = (): void => void (response.destroyed || setImmediate(() => response.write('x'.repeat(65_536), more)));
    more();
  };
  const answering =
    (text: string, status = 200): RequestListener =>
    (_, response) => {
      response.statusCode = status;
      response.end(text);
    };
  test.each<[string, RequestListener, string]>([
    ['answers without end', endless, 'Prometheus answers more than 1024 KiB: sum the series up'],
    ['hangs up', (request) => request.socket.destroy(), 'Prometheus does not answer'],
    ['fails', answering('oops', 500), 'Prometheus answers 500'],
    ['is a page', answering('<html>'), 'Prometheus answers what is no result'],
    [
      'leads elsewhere',
      (_, r) => void r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'Prometheus does not answer',
    ],
    [
      'answers another kind',
      answering('{"status":"success","data":{"resultType":"vector","result":[]}}'),
      'Prometheus answers what is no result',
    ],
    [
      'refuses',
      answering('{"status":"error","errorType":"bad_data","error":"parse error: x"}', 400),
      'Prometheus refuses the query: parse error: x',
    ],
    [
      'has too many series',
      answering(matrix(Array(101).fill({ metric: {}, values: [] }))),
      'the query gives 101 series, more than 100: sum them up',
    ],
  ])('%s', async (_, listener, message) => {
    const told = await ask(await serve(listener)).catch((error: unknown) => (error as Error).message);
    expect(told).toBe(message);
  });

  test.each<[string, RequestListener]>([
    ['is slow', slow],
    ['never ends its answer', drips],
  ])('%s', async (_, listener) => {
    await expect(impatiently(await serve(listener))).rejects.toThrow('Prometheus does not answer within 0.3 s');
  });

  test('is not there', async () => {
    await expect(ask('http://127.0.0.1:1')).rejects.toThrow('Prometheus does not answer');
  });
});

test('who no longer waits is not kept', async () => {
  const controller = new AbortController();
  const asking = ask(await serve(() => controller.abort()), null, controller.signal);
  await expect(asking).rejects.toThrow('aborted');
});
