import path from 'node:path';
import { Connection } from '@temporalio/client';
import type { RunningServer, ServerCommand } from './child-server.ts';
import { startServerDespite, untilReady } from './child-server.ts';

export interface TemporalServerOptions {
  /** Path of the Temporal CLI (`findTemporalCli`). */
  readonly cli: string;
  /** On 127.0.0.1 only. */
  readonly port: number;
  /** Port of the Web UI; none without it. */
  readonly uiPort?: number;
  /** The database; without it everything is in memory and gone with the process. */
  readonly dbFile?: string;
  readonly namespace: string;
  readonly searchAttributes: Readonly<Record<string, 'Keyword' | 'KeywordList'>>;
}

/** The development server as a command. */
export function temporalCommand(options: TemporalServerOptions): ServerCommand {
  const { cli, port, uiPort, dbFile, namespace, searchAttributes } = options;
  const ui = uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch'];
  // A write-ahead log gives a multiple of the default's throughput and lost nothing when the process was killed.
  const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((pragma) => ['--sqlite-pragma', pragma]);
  const database = dbFile === undefined ? [] : ['--db-filename', dbFile, ...pragmas];
  const attributes = Object.entries(searchAttributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  const address = ['--ip', '127.0.0.1', '--port', String(port)];
  // The user's own Temporal profile says where production is: no business of an embedded server's.
  const isolated = ['--disable-config-env', '--disable-config-file', '--log-level', 'warn'];
  return {
    title: 'Temporal',
    file: cli,
    args: ['server', 'start-dev', ...address, '--namespace', namespace, ...ui, ...database, ...attributes, ...isolated],
    env: { PATH: '/usr/bin:/bin' },
    cwd: dbFile === undefined ? '/' : path.dirname(dbFile),
    stopSignal: 'SIGTERM',
  };
}

/**
 * Resolves when the namespace exists with its search attributes, so that a workflow can start; rejects with the last
 * error after `timeoutMs` or on abort.
 */
export async function untilTemporalServes(
  { port, namespace, searchAttributes }: Pick<TemporalServerOptions, 'port' | 'namespace' | 'searchAttributes'>,
  wait: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  await untilReady(async () => {
    const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 500 });
    try {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.keys(searchAttributes).filter((name) => !(name in customAttributes));
      if (missing.length > 0) throw new Error(`search attributes not registered: ${missing.join(', ')}`);
    } finally {
      await connection.close();
    }
  }, wait);
}

/**
 * Starts the development server as a child and waits until it serves. The folder of `dbFile` must exist. The server
 * chooses ports for its inner services, which another program can take before it binds them: then it ends, and is
 * started again.
 */
export async function startTemporal(
  options: TemporalServerOptions,
): Promise<RunningServer & { readonly port: number; readonly uiPort?: number }> {
  const { port, uiPort } = options;
  const ready = (signal: AbortSignal): Promise<void> => untilTemporalServes(options, { timeoutMs: 60_000, signal });
  const server = await startServerDespite('address already in use', temporalCommand(options), ready);
  return { ...server, port, ...(uiPort === undefined ? {} : { uiPort }) };
}
