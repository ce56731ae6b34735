import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hostId } from '../../../domain/names.ts';
import { openClocks } from './clocks.ts';

const host = hostId('eu-west-1');
const dayMs = 24 * 3_600_000;
let folder: string;
const ends: (() => void)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-clock-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await rm(folder, { recursive: true });
});

/** Prints, again and again, how far its clocks are from this machine's: `Date.now()`, `new Date()`, a day's own. */
const program = `const started = process.hrtime.bigint();
const begun = Date.now();
setInterval(() => {
  const sinceMs = Number((process.hrtime.bigint() - started) / 1_000_000n);
  const text = new Date('2026-11-26T00:00:00Z').toISOString();
  console.log(JSON.stringify([Date.now(), new Date().getTime(), text, performance.now() > 0 && sinceMs < 600_000]));
}, 10);`;

test("a host's clock is set, and set right again, while the process runs", async () => {
  const clocks = openClocks(folder, [host]);
  const { args, env } = clocks.of(host);
  const child = spawn(process.execPath, [...args, '--eval', program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** Reads on until the child's clock is about so far off. */
  const untilOff = async (wantedMs: number): Promise<void> => {
    for (;;) {
      const { value } = await lines.next();
      const [now, made, text, monotonic] = JSON.parse(String(value)) as [number, number, string, boolean];
      expect(Math.abs(made - now)).toBeLessThan(5_000);
      expect([text, monotonic]).toEqual(['2026-11-26T00:00:00.000Z', true]);
      if (Math.abs(now - Date.now() - wantedMs) < 5_000) return;
    }
  };
  await untilOff(0);
  const setRight = clocks.step(host, -2 * dayMs);
  await untilOff(-2 * dayMs);
  setRight();
  await untilOff(0);
});
