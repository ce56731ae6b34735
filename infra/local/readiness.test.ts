import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { untilLoggedReady } from './readiness.ts';

let folder: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-readiness-'));
  log = path.join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (level: string, msg: string): string => `${JSON.stringify({ level, msg })}\n`;
const failed = (timeoutMs: number, afterErrorMs: number): Promise<unknown> =>
  untilLoggedReady(log, 0, new AbortController().signal, { timeoutMs, afterErrorMs }).catch(
    ({ message }: Error) => message,
  );

test('what lives and says no error is waited for to the end', async () => {
  writeFileSync(log, line('error', 'the database is away') + line('info', 'goes on'));
  expect(await failed(2_000, 10)).toBe('not ready after 2 s');
});

test('what ends in an error is waited for shortly, should it still get ready', async () => {
  writeFileSync(log, line('info', 'begins') + line('error', 'no key'));
  expect(await failed(60_000, 1_000)).toBe('not ready after 1 s');
  const slow = failed(60_000, 30_000);
  appendFileSync(log, line('info', 'ready'));
  expect(await slow).toBeUndefined();
});
