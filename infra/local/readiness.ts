import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { lasted } from '../../domain/progress/plain-text.ts';
import { untilReady } from './child-server.ts';

/** On a machine that is busy enough a start takes minutes: only what is stuck lives for so long and does not serve. */
export const startTimeoutMs = 3 * 60_000;

/** What has said that it is ready answers soon. */
const answersWithinMs = 60_000;

/** Resolves when `url` answers 2xx. Rejects when the process has ended or after a minute. */
export async function untilHttpReady(url: string, ended: AbortSignal): Promise<void> {
  await untilReady(
    async () => {
      ended.throwIfAborted();
      const { status, text } = await askOnce(url, AbortSignal.timeout(2_000));
      if (status !== 200) throw new Error(`${url} answers ${status}: ${text.slice(0, 300)}`);
    },
    { timeoutMs: answersWithinMs, signal: ended },
  );
}

/** Nothing is sent, and what is answered is believed of one's own machine only: a certificate is not looked at. */
async function askOnce(url: string, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
  const { get } = url.startsWith('https:') ? https : http;
  const asked = get(url, { agent: false, signal, rejectUnauthorized: false });
  const [response] = (await once(asked, 'response')) as [http.IncomingMessage];
  return { status: response.statusCode ?? 0, text: await readText(response) };
}

/** How long a process that lives is waited for. */
export interface Patience {
  /** Whatever it logs. */
  readonly timeoutMs: number;
  /** When the last that it logged is an error: waiting longer won't mend that. */
  readonly afterErrorMs: number;
}

const usualPatience: Patience = { timeoutMs: startTimeoutMs, afterErrorMs: 60_000 };

/**
 * Resolves when the process has logged that it is ready, after byte `start` of its log. Rejects when it has ended, or its
 * time is over.
 */
export async function untilLoggedReady(
  logFile: string,
  start: number,
  ended: AbortSignal,
  { timeoutMs, afterErrorMs }: Patience = usualPatience,
): Promise<void> {
  const begunAt = performance.now();
  for (;;) {
    const log = textAfter(logFile, start);
    if (log.includes('"msg":"ready"')) return;
    ended.throwIfAborted();
    const limitMs = endsInError(log) ? Math.min(afterErrorMs, timeoutMs) : timeoutMs;
    if (performance.now() - begunAt > limitMs) throw new Error(`not ready after ${lasted(limitMs)}`);
    await delay(50);
  }
}

const endsInError = (log: string): boolean =>
  /"level":"(error|fatal)"/.test(log.slice(log.trimEnd().lastIndexOf('\n') + 1));

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
