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

test('a keeper that idles looks for its garbage once, by itself', async () => {
  const [directory, logDirectory] = ['keeper', 'logs'].map((name) => path.join(folder, name)) as [string, string];
  for (const each of [directory, logDirectory]) mkdirSync(each);
  const lock = `slipway-keeper:${folder}`;
  const limits = { logFileBytes: 1_000_000, logFiles: 2, reserveBytes: 0 };
  const config = { protocol: 1, build: null, directory, logDirectory, lock, prefix: `${folder}/`, socketPort: null };
  const [node = '', ...args] = keeperArgv({ ...config, ...limits });
  child = spawn(node, ['--trace-gc', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout!.on('data', (text: Buffer) => (said += text.toString()));
  const collections = (): number => said.split('Mark-Compact').length - 1;
  await until(
    () => collections() > 0,
    () => `it never collected its whole heap\n${said}`,
  );
  expect(collections()).toBe(1);
});
