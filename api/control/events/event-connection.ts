import type { Response } from 'express';
import type { ApiEvent } from '../../../protocol/api/events.ts';

/** One client's open stream. */
export interface EventConnection {
  /** Does nothing once the connection is closed. */
  send(event: ApiEvent): void;
  /** Up to here the client has heard everything that concerns it: heartbeats say so. */
  reached(sequence: number): void;
  close(): void;
}

/** A proxy or a client that hears nothing for longer believes that the connection is dead (protocol/api/events.ts). */
const heartbeatMs = 10_000;

/**
 * What may wait for a client that reads slowly. Past it the connection is cut: the client comes back with the last id it
 * has read, and gets what it missed or a snapshot, whereas our memory is everybody's.
 */
const maxWaitingBytes = 4 * 1024 * 1024;

/** Lets clients come back this soon after a cut. */
const retryMs = 1_000;

/** Sends the headers. `onClose` is called once, whoever ended it. */
export function openConnection(
  response: Response,
  now: () => Date,
  onClose: () => void,
  everyMs = heartbeatMs,
): EventConnection {
  let sequence = 0;
  const write = (text: string): void => {
    if (response.writableEnded || response.destroyed) return;
    response.write(text);
    heartbeat.refresh();
    if (response.writableLength > maxWaitingBytes) response.destroy();
  };
  const send = (event: ApiEvent): void => {
    if ('sequence' in event) sequence = event.sequence;
    write(frameOf(event));
  };
  const heartbeat = setInterval(() => send({ type: 'heartbeat', sequence, at: now().toISOString() }), everyMs);
  response.once('close', () => {
    clearInterval(heartbeat);
    onClose();
  });
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // Asks proxies that gather answers (nginx) to pass each event on.
    'X-Accel-Buffering': 'no',
  });
  response.socket?.setNoDelay(true);
  response.socket?.setKeepAlive(true, 30_000);
  write(`retry: ${retryMs}\n\n`);
  return {
    send,
    reached: (reached) => void (sequence = Math.max(sequence, reached)),
    close: () => response.end(),
  };
}

/**
 * A reset has no id: a client that is cut off before it has the snapshot that follows must not come back as one that
 * has it.
 */
function frameOf(event: ApiEvent): string {
  const id = 'sequence' in event && event.type !== 'reset' ? `id: ${event.sequence}\n` : '';
  return `event: ${event.type}\n${id}data: ${JSON.stringify(event)}\n\n`;
}
