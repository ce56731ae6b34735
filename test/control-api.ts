import { generateKeyPairSync } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import { composeControlApi } from '../api/control/compose.ts';
import type { MissingWorkers } from '../api/control/operations/missing-workers.ts';
import type { BuildLogs } from '../api/control/reads/build-logs.ts';
import type { LinkTargets } from '../api/control/reads/links.ts';
import { serveHttp } from '../api/http/serve.ts';
import { defaultBreakGlass, type BreakGlassPolicy } from '../domain/approval/break-glass.ts';
import type { Role } from '../domain/states.ts';
import { createApiToken } from '../infra/postgres/central/setup.ts';
import { noBuildLogs } from '../infra/stores/build-logs.ts';
import type { Database } from '../infra/postgres/connect.ts';
import { connectClientLazily } from '../infra/temporal/connect.ts';

export const webhookSecret = 'the secret that the code review knows';
/** Nothing listens there. */
const closedPort = 1;

export interface TestControlApi {
  readonly url: string;
  /** With a body it is a POST (unless said), and carries an Idempotency-Key. */
  ask(path: string, options?: AskOptions): Promise<Asked>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly token?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly key?: string;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; `null` when it is empty. */
  readonly body: Record<string, unknown>;
}

export interface ControlApiOptions {
  readonly database: Database;
  /** Of the database, for its notifications. */
  readonly databaseUrl: string;
  /** A Temporal that is away unless given. */
  readonly temporal?: Client;
  /** None is missing unless given. */
  readonly workers?: MissingWorkers;
  readonly secret?: string;
  readonly log?: Logger;
  /** Only the recorded end of each is known unless given. */
  readonly logs?: BuildLogs;
  /** Unless said, specs may have hooks. */
  readonly hooksAllowed?: boolean;
  /** The organisation's; two persons unless said. */
  readonly breakGlass?: BreakGlassPolicy;
  readonly webFolder?: string;
  readonly hasMetricsServer?: boolean;
  /** Instead of places that nobody has. */
  readonly links?: Partial<LinkTargets>;
  /** A free one unless given. */
  readonly port?: number;
}

/** The whole control API in this process, on a real socket. */
export async function startControlApi(options: ControlApiOptions): Promise<TestControlApi> {
  const { database, databaseUrl, secret = webhookSecret, log = pino({ level: 'silent' }) } = options;
  const temporal =
    options.temporal ?? connectClientLazily({ address: `127.0.0.1:${closedPort}`, namespace: 'default' });
  const stop = new AbortController();
  const composed = composeControlApi({
    database,
    databaseUrl,
    isMigrated: () => true,
    temporal,
    webhookSecret: secret,
    approvalKey: generateKeyPairSync('ed25519').privateKey,
    links: {
      temporalUiUrl: 'http://temporal.example',
      temporalNamespace: 'default',
      commitUrl: 'https://code.example/{repository}/commit/{commit}',
      traceUrl: 'https://traces.example/trace/{trace}',
      ...options.links,
    },
    logs: options.logs ?? noBuildLogs,
    hooksAllowed: options.hooksAllowed ?? true,
    breakGlass: options.breakGlass ?? defaultBreakGlass,
    webFolder: options.webFolder ?? null,
    hasMetricsServer: options.hasMetricsServer ?? false,
    ...(options.workers && { workers: options.workers }),
    version: '0.0.0-test',
    log,
    stop: stop.signal,
  });
  const http = await serveHttp(composed.app, { host: '127.0.0.1', port: options.port ?? 0 });
  const url = `http://127.0.0.1:${http.port}`;
  const close = async (): Promise<void> => {
    stop.abort();
    await http.close();
    await composed.close();
    if (options.temporal === undefined) await temporal.connection.close();
  };
  let closed: Promise<void> | null = null;
  return { url, ask: (path, ask) => askOf(url + path, ask), close: () => (closed ??= close()) };
}

async function askOf(url: string, { token, method, body, key }: AskOptions = {}): Promise<Asked> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (body !== undefined) headers['idempotency-key'] = key ?? `key-${Math.random()}`;
  const text = body === undefined ? null : JSON.stringify(body);
  const response = await fetch(url, { method: method ?? (text === null ? 'GET' : 'POST'), headers, body: text });
  const answer = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(answer) : { text: answer }) as Record<string, unknown>,
  };
}

/** Somebody with a token of their own. */
export const signIn = (database: Database, person: string, ...roles: Role[]): Promise<string> =>
  createApiToken(database, person, roles, 'test');

/** The stable end of a problem's type. */
export const codeOf = ({ body }: Asked): string => String(body.type).split('/').at(-1) ?? '';
