import { appendFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { openAgentDirectory } from '../agent/agent-directory.ts';
import { connectGateway, type GatewayClient } from '../agent/gateway/gateway-client.ts';
import { serveReadings } from '../agent/output/serve-readings.ts';
import { hostId, regionName, serviceName, type HostId } from '../domain/names.ts';
import { createLogDesk, logChunkChannel } from '../infra/postgres/region/log-readings.ts';
import { listenForServiceChanges } from '../infra/postgres/region/service-changes.ts';
import { startTestCli, type TestCli } from '../cli/test-cli.fixture.ts';
import { startGateway, type TestGateway } from '../test/gateway.ts';
import { enrollWithCertificate, testAuthority } from '../test/host-certificates.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../test/region-database.ts';
import { connectCentre } from './centre.ts';
import { runLogChunksLoop, runLogReadingsLoop } from './log-readings-loop.ts';
import { createWakeUp } from './wake-up.ts';

export const service = serviceName('checkout');
const region = regionName('eu-west');

/** A host whose agent is only what is read of it, at a gateway of its own choice. */
export interface ReadHost {
  readonly host: HostId;
  write(text: string): void;
  /** As its keeper does. */
  rotate(): void;
  /** Whether it sends to anybody. */
  isRead(): boolean;
  end(): Promise<void>;
}

/** The whole way of output: CLI, api, centre, a region's worker, two gateways, hosts. Real databases, HTTP and TLS. */
export interface LogPath {
  readonly cli: TestCli;
  readonly region: TestRegionDatabase;
  readonly gateways: readonly TestGateway[];
  addHost(name: string, options?: HostOptions): Promise<ReadHost>;
  /** The region's counts, as its worker sends them; without them it is cut off. */
  sendSummary(): Promise<void>;
  /** Ends the region's worker. */
  stopWorker(): Promise<void>;
  /** Readings and chunks that stand anywhere. */
  standing(): Promise<{ readonly central: number; readonly region: number; readonly chunks: number }>;
  close(): Promise<void>;
}

export interface HostOptions {
  readonly isHealthy?: boolean;
  /** Of the version before: it names no readings. */
  readonly isOld?: boolean;
  /** Polls at this one, and sends to the other. */
  readonly gateway?: 0 | 1;
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openLogPath(): Promise<LogPath> {
  const cli = await startTestCli();
  const here = await createRegionDatabase();
  const gateways = [await startGateway(here), await startGateway(here)] as const;
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-read-'));
  const hosts: ReadHost[] = [];
  const worker = new AbortController();
  const output = listenForServiceChanges({ url: here.url, channels: [logChunkChannel] });
  const wakeUp = createWakeUp();
  output.onAny(wakeUp.wake);
  const parts = {
    desk: createLogDesk(here.database),
    centre: connectCentre(cli.api.url, 'token-eu-west', region),
    log: pino({ level: 'silent' }),
  };
  const loops = [
    runLogReadingsLoop({ ...parts, wakeUp: createWakeUp() }, worker.signal),
    runLogChunksLoop({ ...parts, wakeUp }, worker.signal),
  ];
  await cli.central.database.em.fork().execute(
    `insert into service (name, repository, clone_url, folder, branch, owners, added_at)
     values ('checkout', 'acme/checkout', 'file:///c', '.', 'main', '[]', now()) on conflict do nothing`,
  );
  const count = async (of: Pick<TestRegionDatabase, 'database'>, table: string): Promise<number> =>
    (await of.database.em.fork().execute<[{ n: number }]>(`select count(*)::int as n from ${table}`))[0].n;
  return {
    cli,
    region: here,
    gateways,
    async addHost(name, options) {
      const host = await openHost(here, gateways, path.join(folder, name), hostId(name), options);
      hosts.push(host);
      return host;
    },
    async sendSummary() {
      const counts = { total: 1, healthy: 1, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
      const attempt = { deployment: 1, local: 0 };
      const one = { service, attempt, generation: 1, mode: 'advance', hosts: counts, running: [] };
      const body = { region, sequence: Date.now(), at: new Date().toISOString(), services: [one] };
      const { status } = await cli.api.ask('/regions/v1/summaries', { token: 'token-eu-west', body });
      if (status !== 204) throw new Error(`the summary was answered ${status}`);
    },
    async stopWorker() {
      worker.abort();
      await Promise.all(loops);
    },
    async standing() {
      return {
        central: await count(cli.central, 'log_reading'),
        region: await count(here, 'log_reading'),
        chunks: (await count(cli.central, 'log_chunk')) + (await count(here, 'log_chunk')),
      };
    },
    async close() {
      worker.abort();
      await Promise.all([...loops, ...hosts.map((host) => host.end())]);
      await output.close();
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await Promise.all([cli.close(), here.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function openHost(
  { database }: TestRegionDatabase,
  gateways: readonly [TestGateway, TestGateway],
  folder: string,
  host: HostId,
  { isHealthy = true, isOld = false, gateway = 0 }: HostOptions = {},
): Promise<ReadHost> {
  const shown = await enrollWithCertificate(database, host);
  const { authority, trusted } = await testAuthority();
  const trust = { region: authority.region, authorities: trusted };
  const access = { trust, identity: async () => shown, answered: () => undefined };
  await database.em.fork().execute(
    `insert into host_service (host, service, generation, health, state, refused, pinned, maintenance, sequence,
       reported_at, changed_at)
     values (?, 'checkout', 1, ?, 'healthy', '[]', false, false, 1, now(), now())`,
    [host, isHealthy ? 'healthy' : 'unhealthy'],
  );
  const ended = new AbortController();
  const polls = connectGateway(new URL(gateways[gateway].url), access);
  const sends = connectGateway(new URL(gateways[gateway === 0 ? 1 : 0].url), access);
  const directory = openAgentDirectory(folder);
  const readings = serveReadings({ directory, client: sends, log: silent, signal: ended.signal });
  const polling = pollForever(polls, isOld ? null : readings, ended.signal);
  const { logs } = directory.service(service);
  mkdirSync(logs, { recursive: true });
  const file = path.join(logs, 'instance.log');
  return {
    host,
    write: (text) => appendFileSync(file, text),
    rotate() {
      for (const n of [3, 2, 1]) if (existsSync(`${file}.${n}`)) renameSync(`${file}.${n}`, `${file}.${n + 1}`);
      renameSync(file, `${file}.1`);
    },
    isRead: () => readings.running() > 0,
    async end() {
      ended.abort();
      await polling;
      polls.close();
      sends.close();
    },
  };
}

/** Nothing but what agent/gateway/poll-loop.ts does for readings. */
async function pollForever(
  client: Pick<GatewayClient, 'poll'>,
  readings: ReturnType<typeof serveReadings> | null,
  signal: AbortSignal,
): Promise<void> {
  const here = { labels: {}, maintenance: false };
  while (!signal.aborted) {
    const asked = { known: [], waitMs: 20_000, here, ...(readings && { logs: [...readings.known()] }) };
    const answer = await client.poll(asked, signal).catch(() => null);
    if (answer?.logs !== undefined) readings?.take(answer.logs);
  }
}
