import { setTimeout as delay } from 'node:timers/promises';
import { bytesPerSecond, chunkBytes, mostOnHost } from '../../domain/log-reading/limits.ts';
import type { LogChunk, LogChunkAnswer, LogRequest, OutputEnd } from '../../protocol/log-reading.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { sleep } from '../gateway/bell.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import type { Log } from '../log.ts';
import { openServiceOutput, type ServiceOutput } from './service-output.ts';

export interface ServeOptions {
  readonly directory: AgentDirectory;
  readonly client: { sendLogs(chunk: LogChunk, signal: AbortSignal): Promise<LogChunkAnswer> };
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What people elsewhere read of this host. */
export interface ServedReadings {
  /** Those that were taken up, also ones that are over: a gateway that has not heard of it would ask again. */
  known(): readonly string[];
  take(requests: readonly LogRequest[]): void;
  /** How many are sent now. */
  running(): number;
}

const lookEveryMs = 250;
/** So soon a host hears that nobody reads any more. */
const askEveryMs = 2_000;
const retryAfterMs = 1_000;
/** The lease of who reads may have ended by then, and nobody could say so. */
const giveUpAfterMs = 20_000;
const rememberedMs = 600_000;
const mostRemembered = 100;

export function serveReadings(options: ServeOptions): ServedReadings {
  const begun = new Map<string, { endedAt: number | null }>();
  const running = (): number => [...begun.values()].filter(({ endedAt }) => endedAt === null).length;

  async function serve(request: LogRequest, isBusy: boolean): Promise<void> {
    try {
      await serveOne(request, isBusy, options);
    } catch (error) {
      if (!options.signal.aborted) options.log.warn('output was not read', { reason: (error as Error).message });
    } finally {
      begun.set(request.reading, { endedAt: performance.now() });
    }
  }
  function forget(): void {
    const old = performance.now() - rememberedMs;
    for (const [reading, { endedAt }] of begun)
      if (endedAt !== null && (endedAt < old || begun.size > mostRemembered)) begun.delete(reading);
  }
  return {
    known: () => [...begun.keys()],
    running,
    take(requests) {
      for (const request of requests) {
        if (begun.has(request.reading)) continue;
        const isBusy = running() >= mostOnHost;
        begun.set(request.reading, { endedAt: null });
        void serve(request, isBusy);
      }
      forget();
    },
  };
}

async function serveOne(request: LogRequest, isBusy: boolean, options: ServeOptions): Promise<void> {
  const sending = openSending(request.reading, options);
  if (isBusy) return void (await sending.end('busy'));
  const output = openServiceOutput(options.directory.service(request.service));
  try {
    await sendAll(request, output, sending, options.signal);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    await sending.end('failed');
    throw error;
  } finally {
    await output.close();
  }
}

async function sendAll(
  { lines, follow }: LogRequest,
  output: ServiceOutput,
  sending: Sending,
  signal: AbortSignal,
): Promise<void> {
  const tail = await output.tail(lines);
  for (const text of inChunks(tail ?? '')) if (!(await sending.send({ text, gap: false }))) return;
  if (!follow) return void (await sending.end(tail === null ? 'no-output' : 'read'));
  while (!signal.aborted) {
    const piece = await output.more();
    if (piece === null && sending.silentMs() < askEveryMs) await sleep(lookEveryMs, signal);
    else if (!(await sending.send(piece ?? { text: '', gap: false }))) return;
  }
}

/** No pair of surrogates is cut. A quarter, because UTF-16 may be three times as much in UTF-8. */
function* inChunks(text: string): Generator<string> {
  const most = chunkBytes / 4;
  for (let at = 0; at < text.length;) {
    const piece = text.slice(at, at + most);
    const whole = piece.length === most && !piece.isWellFormed() ? piece.slice(0, -1) : piece;
    yield whole;
    at += whole.length;
  }
}

interface Sending {
  /** Until it was taken. False: nobody reads any more, or nobody can be asked. */
  send(piece: Pick<LogChunk, 'text' | 'gap'>): Promise<boolean>;
  end(why: OutputEnd): Promise<boolean>;
  silentMs(): number;
}

function openSending(reading: string, { client, signal }: ServeOptions): Sending {
  let sequence = 0;
  let saidAt = -Infinity;

  async function sendUntilTaken(said: Pick<LogChunk, 'text' | 'gap' | 'ended'>): Promise<boolean> {
    sequence = Math.max(sequence + 1, Date.now());
    for (let failingSince: number | null = null; ;) {
      signal.throwIfAborted();
      try {
        const { goesOn, taken } = await client.sendLogs({ reading, sequence, ...said }, signal);
        saidAt = performance.now();
        failingSince = null;
        if (!goesOn || taken) return goesOn;
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error;
        failingSince ??= performance.now();
        if (performance.now() - failingSince > giveUpAfterMs) throw error;
      }
      await delay(retryAfterMs, undefined, { signal });
    }
  }
  return {
    async send(piece) {
      if (!(await sendUntilTaken({ ...piece, ended: null }))) return false;
      await sleep((1_000 * Buffer.byteLength(piece.text)) / bytesPerSecond, signal);
      return true;
    },
    end: (ended) => sendUntilTaken({ text: '', gap: false, ended }),
    silentMs: () => performance.now() - saidAt,
  };
}

/** 404: one of the version before, beside the one that asked for it. */
const mayPass = (error: unknown): boolean =>
  error instanceof GatewayError && ([0, 404, 429].includes(error.status) || error.status >= 500);
