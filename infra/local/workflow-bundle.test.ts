import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { writeWorkflowBundle } from './workflow-bundle.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bundles-'));
const inFolder = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

test('each data directory gets a copy of what was built once', async () => {
  const built = inFolder('cache/workflows.js');
  await writeWorkflowBundle(inFolder('first/workflows.js'), built);
  const { ino, mtimeMs } = statSync(built);
  await writeWorkflowBundle(inFolder('second/workflows.js'), built);
  expect(statSync(built)).toMatchObject({ ino, mtimeMs });
  const first = readFileSync(inFolder('first/workflows.js'), 'utf8');
  expect(first).toMatch(/^\/\/ slipway-bundle [0-9a-f]{64}\n/);
  expect(readFileSync(inFolder('second/workflows.js'), 'utf8')).toBe(first);
});

test('where nothing may be kept it is built in its place', async () => {
  writeFileSync(inFolder('file'), '');
  await writeWorkflowBundle(inFolder('third/workflows.js'), inFolder('file/cache/workflows.js'));
  expect(statSync(inFolder('third/workflows.js')).size).toBeGreaterThan(100_000);
});
