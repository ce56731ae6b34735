import type { IncomingMessage } from 'node:http';
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
  const total = setTimeout(end('the answer took too long'), totalTimeoutMs);
  let idle = setTimeout(end('the answer stalled'), idleTimeoutMs);
  const abort = (): void => void response.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  let bytes = 0;
  try {
    signal?.throwIfAborted();
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new GatewayError(`the answer is larger than ${maxBytes} bytes`);
      clearTimeout(idle);
      yield piece;
      idle = setTimeout(end('the answer stalled'), idleTimeoutMs);
    }
  } catch (error) {
    throw signal?.aborted || error instanceof GatewayError ? error : new GatewayError(String(error));
  } finally {
    clearTimeout(total);
    clearTimeout(idle);
    signal?.removeEventListener('abort', abort);
    response.destroy();
  }
}

export async function readWhole(response: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readPieces(response, limits)) pieces.push(piece);
  return Buffer.concat(pieces);
}
