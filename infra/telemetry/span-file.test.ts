import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { FileSpanExporter } from './span-file.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'slipway-spans-'))));
afterEach(() => rm(folder, { recursive: true }));

const lines = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Ends one span of each name, in order, through an exporter of this size. */
async function record(file: string, capBytes: number, names: readonly string[]): Promise<void> {
  const exporter = new FileSpanExporter(file, capBytes);
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  for (const name of names)
    provider
      .getTracer('test')
      .startSpan(name, { attributes: { n: 1 } })
      .end();
  await provider.shutdown();
}

test('each finished span is a line, in a folder that is made when needed and behind what is there', async () => {
  const file = path.join(folder, 'traces', 'api.ndjson');
  await record(file, 1e6, ['one']);
  await record(file, 1e6, ['two']);
  expect(await lines(file)).toMatchObject([
    {
      name: 'one',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      parentSpanId: null,
      kind: 'internal',
      attributes: { n: 1 },
    },
    { name: 'two' },
  ]);
});

test('at its cap the file makes room, and the one before it is kept', async () => {
  const file = path.join(folder, 'api.ndjson');
  const names = Array.from({ length: 9 }, (_, index) => `span-${index}`);
  await record(file, 700, names);
  const kept = [...(await lines(`${file}.1`)), ...(await lines(file))].map(({ name }) => name);
  expect(kept).toEqual(names.slice(-kept.length));
  expect(kept.length).toBeLessThan(names.length);
});

test('a span that can not be written is lost without harm', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(record(path.join(file, 'api.ndjson'), 1e6, ['one'])).resolves.toBeUndefined();
});
