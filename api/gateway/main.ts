/** The gateway of one region: what its hosts talk to. Starts, and stays up, while the region's database is away. */
import { flushCompileCache } from 'node:module';
import { configOrExit } from '../../infra/config/environment.ts';
import { readGatewayConfig } from '../../infra/config/gateway.ts';
import { readRegionAuthority } from '../../infra/keys/region-authority.ts';
import { indexChannel } from '../../infra/postgres/region/goal-index.ts';
import { listenForHostChanges } from '../../infra/postgres/region/host-changes.ts';
import { goalChannel } from '../../infra/postgres/region/goal-store.ts';
import { readGuardedGoals } from '../../infra/postgres/region/guarded-goals.ts';
import { createHeldGoals } from '../../infra/postgres/region/held-goals.ts';
import { createLogStore, logReadingChannel } from '../../infra/postgres/region/log-readings.ts';
import { createIdentityStore } from '../../infra/postgres/region/host-identities.ts';
import { openRootShelf } from '../../infra/keys/root-shelf.ts';
import { createPublishedReleases } from '../../infra/postgres/region/published-releases.ts';
import { openRegionDatabase, whyNotRegion } from '../../infra/postgres/region/region-database.ts';
import { createRestoreGuard } from '../../infra/postgres/region/restore-guard.ts';
import { listenForServiceChanges } from '../../infra/postgres/region/service-changes.ts';
import { storeReports } from '../../infra/postgres/region/store-reports.ts';
import { openGenerationFile } from '../../infra/stores/generation-file.ts';
import { openFolderStore } from '../../infra/stores/folder-store.ts';
import { openSecrets } from '../../infra/secrets/open-secrets.ts';
import { createLogger } from '../../infra/telemetry/logger.ts';
import { endTracing } from '../../infra/telemetry/tracing.ts';
import { mostOpenFiles } from '../../infra/open-files.ts';
import { stopSignal } from '../../infra/stop-signal.ts';
import { serveHttp, serveTls } from '../http/serve.ts';
import { gatewayApp } from './app.ts';
import { followGoals } from './goals/follow-goals.ts';
import { createGoalBoard } from './goals/goal-board.ts';
import { followReadings } from './logs/follow-readings.ts';
import { createLogBoard } from './logs/log-board.ts';
import { openPollRoom } from './goals/poll-room.ts';
import { connectionLimit } from './operations/connection-limit.ts';
import { openLoadGate, type LoadLevel } from './operations/load-gate.ts';
import { operationsOnly } from './operations/operation-routes.ts';
import { gatewayTls, keepCertificate } from './identity/gateway-certificate.ts';
import { openHostMemory } from './identity/host-memory.ts';
import { createHostConnections, watchShutOut } from './identity/host-connections.ts';
import { peerReader } from './identity/peer-certificate.ts';

/** Requests queue for them; a request holds one for a millisecond or two. */
const maxConnections = 10;
/** A host is told 503 after this long, when the database neither answers nor refuses; storing 500 reports takes 60 ms. */
const patienceMs = 5_000;
/** A host that begins a request and doesn't end it is cut soon: sockets are what a gateway has fewest of. */
const limits = {
  requestTimeout: 20_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  // One that waits for a goal is not idle. A host asks again some seconds after an answer, or when it has a processor for it: where
  // thousands were late at once, handshakes took what they were late for, and they didn't come back (docs/results.md).
  keepAliveTimeout: 120_000,
};

/** Out of the descriptors that are its own (operations/connection-limit.ts). Scrapers and probes are few. */
const ofOperators = { maxConnections: 32 };

const config = configOrExit(readGatewayConfig);
const { region, regionDatabaseUrl: url } = config;
const log = createLogger({ program: `gateway-${region}`, level: config.logLevel });
const stop = stopSignal();

try {
  const most = connectionLimit(mostOpenFiles());
  const { authority, trusted } = await readRegionAuthority(config);
  const applicationName = 'slipway-gateway';
  const database = await openRegionDatabase({ url, applicationName, maxConnections, patienceMs });
  const guard = createRestoreGuard(openGenerationFile(config.regionStore));
  const board = createGoalBoard({ readGoals: (known) => readGuardedGoals(database, guard, known) });
  const room = openPollRoom();
  const store = openHostMemory(createIdentityStore(database));
  const connections = createHostConnections();
  const shutOut = watchShutOut(store, connections, log);
  const { certificateLifeMs } = config;
  const roots = await openRootShelf(config.rootFile, (error) =>
    log.warn({ err: error }, 'the root document is unreadable'),
  );
  let takeAtMost: (connections: number) => void = () => undefined;
  const onLevel = (level: LoadLevel): void => {
    log.warn({ load: level }, 'the load has another level');
    takeAtMost(level === 'calm' || level === 'busy' ? most : 0);
  };
  const logs = createLogBoard(createLogStore(database), room.call, (error) =>
    log.warn({ err: error }, 'that an agent is too old to be read was not told'),
  );
  const app = gatewayApp({
    openGate(waiting) {
      const gate = openLoadGate(waiting, onLevel);
      return gate.level;
    },
    identities: { store, authority, certificateLifeMs, readPeer: peerReader(region, trusted) },
    connections,
    roots,
    shutOut: shutOut.count,
    board,
    room,
    reports: { store: (reports) => storeReports(database, reports) },
    heldGoals: createHeldGoals(database),
    secrets: openSecrets(config, process.env),
    logs,
    releases: createPublishedReleases(database),
    store: await openFolderStore(config.regionStore),
    whyNotReady: async () =>
      board.isLoaded() ? whyNotRegion(database, region) : 'the goals of this region were not read yet',
    log,
  });
  const changes = listenForServiceChanges({ url, channels: [goalChannel, indexChannel] });
  const readings = listenForServiceChanges({ url, channels: [logReadingChannel] });
  readings.onAny(followReadings(logs, log));
  const hostChanges = listenForHostChanges({
    url,
    onChange: store.forget,
    onCall: room.call,
    onTold: store.follow,
  });
  changes.onAny(followGoals(board, room, log));
  const http = await serveTls(app, config.listen, await gatewayTls(authority, trusted), limits);
  takeAtMost = http.takeAtMost;
  takeAtMost(most);
  const operators =
    config.operatorsListen && (await serveHttp(operationsOnly(app), config.operatorsListen, ofOperators));
  const certificate = keepCertificate(http, authority, trusted, log);
  flushCompileCache(); // the next program of this kind starts from it
  const { port } = http;
  log.info({ port, operatorsPort: operators?.port, region, mostConnections: most }, 'ready');
  // Who upgrades looks here first; /readyz says it for as long as it is so.
  void whyNotRegion(database, region).then((reason) => reason && log.warn({ reason }, 'no host can be served yet'));
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  room.close();
  certificate.stop();
  shutOut.stop();
  roots.stop();
  await Promise.all([http.close(), operators?.close()]);
  await Promise.all([changes.close(), readings.close(), hostChanges.close()]);
  await database.close(true);
} catch (error) {
  log.fatal({ err: error }, `the gateway ends: ${(error as Error).message}`);
  process.exitCode = 1;
}
await endTracing();
process.exit();
