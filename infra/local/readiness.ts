import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { untilReady } from './child-server.ts';

const startTimeoutMs = 60_000;

/** Resolves when `url` answers 2xx. Rejects when the process has ended or after a minute. */
export async function untilHttpReady(url: string, ended: AbortSignal): Promise<void> {
  await untilReady(
    async () => {
      ended.throwIfAborted();
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (!response.ok) throw new Error(`${url} answers ${response.status}: ${(await response.text()).slice(0, 300)}`);
    },
    { timeoutMs: startTimeoutMs, signal: ended },
  );
}

/** Resolves when the process has logged that it is ready, after byte `start` of its log. */
export async function untilLoggedReady(logFile: string, start: number, ended: AbortSignal): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!textAfter(logFile, start).includes('"msg":"ready"')) {
    ended.throwIfAborted();
    if (Date.now() > deadline) throw new Error('not ready after a minute');
    await delay(50);
  }
}

/** What was written to a log after byte `start`. */
export function textAfter(file: string, start: number): string {
  const size = statSync(file).size - start;
  if (size <= 0) return '';
  const buffer = Buffer.alloc(size);
  const log = openSync(file, 'r');
  try {
    readSync(log, buffer, 0, size, start);
  } finally {
    closeSync(log);
  }
  return buffer.toString('utf8');
}
