import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { dataDirectory, type DataDirectory } from './data-directory.ts';
import { drain, keepBundle, keepEarlierBundle, openOlderVersions } from './older-versions.ts';

let data: DataDirectory;
beforeEach(async () => {
  data = dataDirectory(await mkdtemp(path.join(tmpdir(), 'slipway-versions-')));
});
afterEach(() => rm(data.root, { recursive: true }));

const buildId = (letter: string): string => letter.repeat(16);
async function writeBundle(letter: string): Promise<void> {
  await mkdir(path.dirname(data.workflowBundle), { recursive: true });
  await writeFile(data.workflowBundle, `// slipway-bundle ${letter.repeat(64)}\ncode`);
}
const kept = async (): Promise<string[]> => (await readdir(data.keptBundles)).toSorted();

/** Answers these counts of what is pinned to a version, one after the other; then none. */
function visibility(counts: Readonly<Record<string, number[]>>): Client {
  const count = async (query: string) => {
    const version = Object.keys(counts).find((id) => query.includes(`:${id}'`));
    return { count: (version === undefined ? undefined : counts[version]!.shift()) ?? 0 };
  };
  return { workflow: { count } } as unknown as Client;
}

test('the bundle of an earlier start is kept before a new one is written in its place', async () => {
  await keepEarlierBundle(data);
  await writeBundle('a');
  await keepEarlierBundle(data);
  await writeBundle('b');
  expect(await keepBundle(data)).toBe(buildId('b'));
  expect(await kept()).toEqual([`${buildId('a')}.js`, `${buildId('b')}.js`]);
});

test('a version has a worker while something is pinned to it, also when that is seen at the second look only', async () => {
  for (const letter of ['a', 'b', 'c', 'd']) {
    await writeBundle(letter);
    await keepBundle(data);
  }
  const client = visibility({ [buildId('a')]: [1], [buildId('b')]: [0, 1] });
  const open = await openOlderVersions(client, data, buildId('d'));
  expect(open.map((version) => version.buildId).toSorted()).toEqual([buildId('a'), buildId('b')]);
  expect(await kept()).toEqual(['a', 'b', 'd'].map((letter) => `${buildId(letter)}.js`));
});

test('its worker ends, and its bundle goes, when twice nothing is seen', async () => {
  await writeBundle('a');
  await keepBundle(data);
  const bundle = path.join(data.keptBundles, `${buildId('a')}.js`);
  let stopped = 0;
  const worker = { stop: async () => void (stopped += 1) };
  const client = visibility({ [buildId('a')]: [0, 1, 0, 0] });
  await drain(client, { buildId: buildId('a'), bundle }, worker, new AbortController().signal, 1);
  expect([stopped, await kept()]).toEqual([1, []]);
});
