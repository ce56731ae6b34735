import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gatewayTls } from '../../api/gateway/identity/gateway-certificate.ts';
import { peerReader } from '../../api/gateway/identity/peer-certificate.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import {
  pollRequestSchema,
  reportBatchSchema,
  type OfferedGoal,
  type OfferedIndex,
  type ReportBatch,
} from '../../protocol/gateway.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import { secretRequestSchema, type SecretRequest } from '../../protocol/secrets.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { freePort } from '../../infra/local/free-port.ts';
import type { TestAuthority } from '../../test/host-certificates.ts';
import { atOnceMs } from '../../test/patience.ts';
import type { TestRelease } from './test-release.ts';

/** A region's gateway over real TLS, in the test's process: it keeps everything in memory and can be broken. */
export interface TestGateway {
  readonly url: string;
  readonly goals: Map<ServiceName, OfferedGoal>;
  readonly releases: Map<Digest, TestRelease>;
  labels: Record<string, string>;
  /** How often hosts are asked to report. */
  reportEveryMs: number;
  /** How many reports came with polls. */
  saidByPoll: number;
  /** How many polls wait for their answer. */
  readonly heldPolls: number;
  /** Root documents by version; hosts are told of the newest. */
  readonly roots: Map<number, Envelope>;
  /** Signs what vouches for the goals, as a region would; null while nothing does. */
  offerIndex: ((goals: readonly OfferedGoal[]) => OfferedIndex | null) | null;
  readonly reports: ReportBatch[];
  /** `<service>/<name>` → value; what isn't there is answered 404. */
  readonly secrets: Map<string, string>;
  /** What hosts asked for, in order. */
  readonly secretRequests: SecretRequest[];
  /** Bytes of chunks that were sent, by chunk. */
  readonly sentBytes: Map<Digest, number>;
  /** Answers the request itself and returns true, or leaves it alone. */
  interfere: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** Answers polls that are held open; without one, the next that comes. */
  wake(): void;
  /** Resolves with the first report, from the last one that came already on, of which `holds` is true. */
  untilReport(holds: (report: ReportBatch) => boolean, what: string): Promise<ReportBatch>;
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
}

export async function startTestGateway({ authority, trusted }: TestAuthority): Promise<TestGateway> {
  const readPeer = peerReader(authority.region, trusted);
  const waiting = new Set<() => void>();
  const heard = new Set<() => void>();
  let missed = false;
  const server = https.createServer(
    await gatewayTls(authority, trusted),
    (request, response) => void route(request, response),
  );
  const gateway: TestGateway = {
    url: '',
    goals: new Map(),
    releases: new Map(),
    labels: {},
    reportEveryMs: 1_000,
    saidByPoll: 0,
    get heldPolls() {
      return waiting.size;
    },
    roots: new Map(),
    offerIndex: null,
    reports: [],
    secrets: new Map(),
    secretRequests: [],
    sentBytes: new Map(),
    interfere: null,
    wake() {
      missed = waiting.size === 0;
      for (const wake of waiting) wake();
    },
    async untilReport(holds, what) {
      const deadline = Date.now() + atOnceMs;
      for (let next = Math.max(0, gateway.reports.length - 1); ;) {
        for (; next < gateway.reports.length; next++) {
          const report = gateway.reports[next]!;
          if (holds(report)) return report;
        }
        if (Date.now() > deadline)
          throw new Error(`no report ${what}; last: ${JSON.stringify(gateway.reports.at(-1), null, 1)}`);
        await new Promise<void>((resolve) => {
          const late = setTimeout(resolve, 250);
          heard.add(() => {
            clearTimeout(late);
            resolve();
          });
        });
      }
    },
    async goDown() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
    async comeUp() {
      server.listen(Number(new URL(gateway.url).port), '127.0.0.1');
      await once(server, 'listening');
    },
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (gateway.interfere?.(request, response)) return;
    if (request.url?.startsWith('/v1/roots/')) return root(request, response);
    if (readPeer(request.socket as TLSSocket) === null) return void response.writeHead(401).end();
    const { url = '' } = request;
    if (url === '/v1/poll') return poll(request, response);
    if (url === '/v1/reports') return report(request, response);
    if (url === '/v1/secrets') return secrets(request, response);
    return release(request, response);
  }

  async function poll(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { known, waitMs: holdMs, report: said } = pollRequestSchema.parse(await json(request));
    if (said !== undefined) {
      gateway.saidByPoll += 1;
      hear(said);
    }
    const changed = (): OfferedGoal[] =>
      [...gateway.goals.values()].filter((goal) =>
        known.every((each) => each.service !== goal.service || each.etag !== goal.etag),
      );
    const isToWait = changed().length === 0 && !missed;
    missed = false;
    if (isToWait) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, holdMs);
        const wake = (): void => {
          clearTimeout(late);
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        response.once('close', wake);
      });
    }
    if (response.destroyed) return;
    response.setHeader('content-type', 'application/json');
    const index = gateway.offerIndex?.([...gateway.goals.values()]) ?? null;
    const rootVersion = gateway.roots.size === 0 ? null : Math.max(...gateway.roots.keys());
    const answer = {
      goals: changed(),
      index,
      rootVersion,
      labels: gateway.labels,
      reportEveryMs: gateway.reportEveryMs,
    };
    response.end(JSON.stringify({ ...answer, now: new Date().toISOString() }));
  }

  function root(request: IncomingMessage, response: ServerResponse): void {
    const found = gateway.roots.get(Number(request.url?.split('/').at(-1)));
    response.writeHead(found === undefined ? 404 : 200).end(found && JSON.stringify(found));
  }

  async function report(request: IncomingMessage, response: ServerResponse): Promise<void> {
    hear(reportBatchSchema.parse(await json(request)));
    response.writeHead(204).end();
  }

  async function secrets(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = secretRequestSchema.parse(await json(request));
    gateway.secretRequests.push(asked);
    const found = asked.names.map((name) => [name, gateway.secrets.get(`${asked.service}/${name}`)] as const);
    const missing = found.flatMap(([name, value]) => (value === undefined ? [name] : []));
    response.setHeader('content-type', missing.length > 0 ? 'application/problem+json' : 'application/json');
    if (missing.length > 0)
      return void response
        .writeHead(404)
        .end(JSON.stringify(problemOf('not-found', { detail: `this region has no secret ${missing.join(', ')}` })));
    const values = found.map(([name, value]) => [name, Buffer.from(value!).toString('base64')]);
    response.end(JSON.stringify({ secrets: Object.fromEntries(values) }));
  }

  function hear(said: ReportBatch): void {
    gateway.reports.push(said);
    for (const wake of heard) wake();
    heard.clear();
  }

  function release(request: IncomingMessage, response: ServerResponse): void {
    const [, digest, part, chunk] =
      /^\/v1\/releases\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(request.url ?? '') ?? [];
    const found = gateway.releases.get(digest as Digest);
    if (found === undefined) return void response.writeHead(404).end();
    if (part === undefined) return void response.end(JSON.stringify(found.envelope));
    if (part !== 'chunks') return void response.end(found.parts[part as keyof TestRelease['parts']]);
    const bytes = found.chunks.get(chunk as Digest);
    if (bytes === undefined) return void response.writeHead(404).end();
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start > 0) response.writeHead(206, { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
    gateway.sentBytes.set(chunk as Digest, (gateway.sentBytes.get(chunk as Digest) ?? 0) + bytes.length - start);
    response.end(bytes.subarray(start));
  }

  server.listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(gateway, { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function json(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString('utf8'));
}
