import type { IncomingMessage } from 'node:http';
import { awakeTimer } from './awake-timer.ts';
import { GatewayError } from './gateway-error.ts';

export interface BodyLimits {
  /** A signed document said how large it is: more is not read. */
  readonly maxBytes: number;
  /** Silence of this length ends it. */
  readonly idleTimeoutMs: number;
  /** All of it must be there in this time: a trickle is no answer either. */
  readonly totalTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The pieces of an answer's body, within limits. @throws GatewayError */
export async function* readPieces(response: IncomingMessage, limits: BodyLimits): AsyncGenerator<Buffer> {
  const { maxBytes, idleTimeoutMs, totalTimeoutMs, signal } = limits;
  const end = (reason: string) => (): void => void response.destroy(new GatewayError(reason));
  const clearTotal = awakeTimer(totalTimeoutMs, end('the answer took too long'));
  let clearIdle = awakeTimer(idleTimeoutMs, end('the answer stalled'));
  const abort = (): void => void response.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  let bytes = 0;
  try {
    signal?.throwIfAborted();
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new GatewayError(`the answer is larger than ${maxBytes} bytes`);
      clearIdle();
      yield piece;
      clearIdle = awakeTimer(idleTimeoutMs, end('the answer stalled'));
    }
  } catch (error) {
    throw signal?.aborted || error instanceof GatewayError ? error : new GatewayError(String(error));
  } finally {
    clearTotal();
    clearIdle();
    signal?.removeEventListener('abort', abort);
    response.destroy();
  }
}

export async function readWhole(response: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readPieces(response, limits)) pieces.push(piece);
  return Buffer.concat(pieces);
}
