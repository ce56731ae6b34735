import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../testing/test-agent.ts';
import { keeperArgv } from './start-keeper.ts';

let folder: string;
let child: ChildProcess;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'slipway-keeper-'))));
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

let said: string;
const collections = (): number => said.split('Mark-Compact').length - 1;
const untilCollected = (times: number) =>
  until(
    () => collections() >= times,
    () => `it has not collected its whole heap ${times} times\n${said}`,
  );

/** Until it has collected what its start left. */
async function startKeeper(...flags: readonly string[]): Promise<void> {
  const [directory, logDirectory] = ['keeper', 'logs'].map((name) => path.join(folder, name)) as [string, string];
  for (const each of [directory, logDirectory]) mkdirSync(each);
  const lock = `slipway-keeper:${folder}`;
  const limits = { logFileBytes: 1_000_000, logFiles: 2, reserveBytes: 0 };
  const config = { protocol: 1, build: null, directory, logDirectory, lock, prefix: `${folder}/`, socketPort: null };
  const [node = '', ...args] = keeperArgv({ ...config, ...limits });
  child = spawn(node, ['--trace-gc', ...flags, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  said = '';
  child.stdout!.on('data', (text: Buffer) => (said += text.toString()));
  await untilCollected(1);
}

test('a keeper that idles looks for its garbage once, by itself', async () => {
  await startKeeper();
  expect(collections()).toBe(1);
});

/** What lies beside the heap of a keeper comes to be once it has collected that. */
const gathers = `data:text/javascript,const { gc } = globalThis;
globalThis.gc = () => { gc(); setTimeout(() => { globalThis.gathered ??= Buffer.alloc(4 * 1024 ** 2); }, 0); };`;

test('it looks again when buffers have come to lie beside its heap, though that has not grown', async () => {
  await startKeeper('--import', gathers);
  await untilCollected(2);
  expect(collections()).toBe(2);
});
