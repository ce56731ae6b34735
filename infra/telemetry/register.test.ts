import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SpanRecord } from './span-record.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
let data: string;
beforeEach(async () => void (data = await mkdtemp(path.join(tmpdir(), 'slipway-traces-'))));
afterEach(() => rm(data, { recursive: true }));

/** A program that answers `/things/:id`, `/healthz` and a long poll, and asks itself for each once. */
const program = `
  import './infra/telemetry/trace-routes.ts';
  import express from 'express';
  const app = express();
  for (const route of ['/things/:id', '/healthz', '/v1/poll']) app.get(route, (_, response) => response.send('ok'));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  for (const url of ['/things/7', '/healthz', '/v1/poll?wait=1']) await fetch('http://127.0.0.1:' + server.address().port + url);
  server.close();
`;

const execute = (environment: Record<string, string>, source = program) =>
  run(process.execPath, ['--import', './infra/telemetry/register.ts', '--input-type=module', '-e', source], {
    cwd: root,
    env: { PATH: process.env['PATH']!, SLIPWAY_DATA: data, ...environment },
  });

test('a request is one trace from client to route, written at the latest when the program ends', async () => {
  await execute({ SLIPWAY_PROGRAM: 'things' });
  const text = await readFile(path.join(data, 'traces', 'things.ndjson'), 'utf8');
  const spans = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SpanRecord);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['slipway-things']));
  expect(spans.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
    'client GET',
    'internal request handler',
    'server GET /things/:id',
  ]);
});

test('a server can pass quiet paths by what tracing binds to each request, and traces the others', async () => {
  const passing = program
    .replace(
      'import express',
      "import { passQuietPaths } from './infra/telemetry/pass-quiet-paths.ts';\nimport express",
    )
    .replace("'127.0.0.1');", "'127.0.0.1');\npassQuietPaths(server);")
    .replace(
      'const app = express();',
      "const app = express();\napp.use((request, _, next) => { console.log(request.url, Object.hasOwn(request, 'on')); next(); });",
    );
  const { stdout } = await execute({ SLIPWAY_PROGRAM: 'things' }, passing);
  expect(stdout.trim().split('\n')).toEqual(['/things/7 true', '/healthz false', '/v1/poll?wait=1 false']);
  expect(await readFile(path.join(data, 'traces', 'things.ndjson'), 'utf8')).toContain('GET /things/:id');
});

test('spans go to a collector too when the standard variables name one', async () => {
  const received = Promise.withResolvers<string>();
  const collector = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end());
    received.resolve(request.url ?? '');
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  try {
    const { port } = collector.address() as AddressInfo;
    await execute({ SLIPWAY_PROGRAM: 'things', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    expect(await received.promise).toBe('/v1/traces');
  } finally {
    collector.close();
  }
});

test('a program without a name does not start', async () => {
  await expect(execute({})).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('SLIPWAY_PROGRAM must be the name of the program'),
  });
});
