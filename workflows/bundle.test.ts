import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleWorkflows } from './bundle.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bundle-'));
const file = path.join(folder, 'new/workflows.js');
beforeAll(() => bundleWorkflows(file));
afterAll(() => rmSync(folder, { recursive: true }));

test('the bundle of all workflows stays under 2 MB', () => {
  expect(statSync(file).size).toBeLessThan(2_000_000);
});

test('the bundle is not built again while no source has changed', async () => {
  const { mtimeNs, ino } = statSync(file, { bigint: true });
  await bundleWorkflows(file);
  const again = statSync(file, { bigint: true });
  expect([again.mtimeNs, again.ino]).toEqual([mtimeNs, ino]);
});
