import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { byWork, slowness } from '../slowness.ts';
import { simulate } from './run-simulate.fixture.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'slipway-seeds-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Of one core: a machine that has other things to do takes longer by the clock, not by this. */
const mostCpuMs = 60_000;

test('10,000 seeded worlds keep all promises, within a minute', async () => {
  const json = path.join(folder, 'found.json');
  const { code, said } = await simulate('--seeds', '10000', '--json', json);
  expect(said).toMatch(/^10000 seeds, \d{7,} events in [\d.]+ s: 0 promises broken$/m);
  expect(code).toBe(0);
  const { cpuMs } = JSON.parse(await readFile(json, 'utf8')) as { readonly cpuMs: number };
  expect(cpuMs).toBeGreaterThan(1_000);
  expect(cpuMs).toBeLessThan(mostCpuMs * slowness(byWork));
}, 400_000);
