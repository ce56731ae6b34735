import { setTimeout as delay } from 'node:timers/promises';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';
import type { HostId } from '../domain/names.ts';
import { digestOf } from '../protocol/digest.ts';
import { openHostConnection, type HostConnection } from './host-connection.ts';

/** Hosts that poll and report again as soon as they were answered, and a second after they were refused, also when told five. */
export interface PressingHosts {
  add(host: HostId, shown: ShownIdentity): void;
  /** Of each host the sequence of the last report that was answered 204. */
  readonly taken: ReadonlyMap<HostId, number>;
  /** All answers so far: `/v1/poll 503 5`, with the seconds of Retry-After. */
  readonly answers: ReadonlySet<string>;
  /** Resolves when the last answer was read. */
  end(): Promise<void>;
}

/**
 * As much as a gateway reads of one poll: as many services as a host may have, and of each more than this version asks for.
 * That takes the gateway several times as long as who sends it.
 */
const known = Array.from({ length: 500 }, (_, number) => ({
  service: `service-${number}`,
  etag: digestOf(`goal ${number}`),
  ofNewerVersions: 'x'.repeat(1_700),
}));
const poll = Buffer.from(JSON.stringify({ known, waitMs: 0 }));
/** Before one that was refused comes again. At once would leave a slow machine no moment in which anybody can be served. */
const againAfterMs = 1_000;

export function openPressingHosts(url: string): PressingHosts {
  const ended = new AbortController();
  const taken = new Map<HostId, number>();
  const answers = new Set<string>();
  const running: Promise<void>[] = [];

  async function ask(connection: HostConnection, route: string, body: string | Buffer): Promise<number> {
    const { status, retryAfter } = await connection.post(route, body);
    answers.add([route, status, ...(retryAfter === null ? [] : [retryAfter])].join(' '));
    if (status === 503) await delay(againAfterMs);
    return status;
  }
  async function pollAndReport(connection: HostConnection, host: HostId, sequence: number): Promise<void> {
    await ask(connection, '/v1/poll', poll);
    const report = { sequence, bootId: 'boot', agentVersion: '1', services: [] };
    if ((await ask(connection, '/v1/reports', JSON.stringify(report))) === 204) taken.set(host, sequence);
  }
  async function press(host: HostId, shown: ShownIdentity): Promise<void> {
    const connection = openHostConnection(url, shown);
    for (let sequence = 1; !ended.signal.aborted; sequence++)
      await pollAndReport(connection, host, sequence).catch(() => delay(againAfterMs));
    connection.close();
  }
  return {
    add: (host, shown) => void running.push(press(host, shown)),
    taken,
    answers,
    async end() {
      ended.abort();
      await Promise.all(running);
    },
  };
}
