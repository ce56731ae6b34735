/** A region's worker: writes and watches its goals, copies releases into it, and tells the centre how it is. */
import { createPublicKey } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { readFile } from 'node:fs/promises';
import { createGoalActivities, createUrgentGoalActivities } from '../activities/goals/goal-activities.ts';
import { directorOf } from '../activities/goals/sign-goal.ts';
import { createReplicationActivities } from '../activities/replication/replicate-release.ts';
import { configOrExit } from '../infra/config/environment.ts';
import { readRegionConfig } from '../infra/config/region.ts';
import { readRegionKeys } from '../infra/keys/region-keys.ts';
import { createGoalSignatures } from '../infra/postgres/region/goal-signatures.ts';
import { createGoalStore } from '../infra/postgres/region/goal-store.ts';
import { createHostReports } from '../infra/postgres/region/host-reports.ts';
import { claimRegion, connectRegionDatabase } from '../infra/postgres/region/region-database.ts';
import { createReplicaIndex } from '../infra/postgres/region/replica-index.ts';
import { listenForServiceChanges } from '../infra/postgres/region/service-changes.ts';
import { createLogDesk, logChunkChannel } from '../infra/postgres/region/log-readings.ts';
import { createLocalActOutbox, localActChannel } from '../infra/postgres/region/local-acts.ts';
import { createRestoreGuard } from '../infra/postgres/region/restore-guard.ts';
import { createRestoredRegion } from '../infra/postgres/region/restored-region.ts';
import { createSummaryOutbox } from '../infra/postgres/region/summary-outbox.ts';
import { createLeftHostsOutbox } from '../infra/postgres/region/left-hosts.ts';
import { untilAvailable } from '../infra/postgres/until-available.ts';
import { openGenerationFile } from '../infra/stores/generation-file.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';
import { createLogger } from '../infra/telemetry/logger.ts';
import { currentTraceparent } from '../infra/telemetry/trace-context.ts';
import { endTracing } from '../infra/telemetry/tracing.ts';
import { connectWorker } from '../infra/temporal/connect-worker.ts';
import { stopSignal } from '../infra/stop-signal.ts';
import { createWorker, installRuntime, runWorkers } from '../infra/temporal/workers.ts';
import { regionBulkQueue, regionQueue, regionUrgentQueue } from '../workflows/messages/queues.ts';
import { connectCentre } from './centre.ts';
import { runLocalActsLoop } from './local-acts-loop.ts';
import { runLogChunksLoop, runLogReadingsLoop } from './log-readings-loop.ts';
import { runRestoreLoop } from './restore-loop.ts';
import { runSignAgainLoop } from './sign-again-loop.ts';
import { runSummaryLoop } from './summary-loop.ts';
import { createWakeUp } from './wake-up.ts';

/**
 * One a service that rolls out, bakes, is ready before others are, or is undone here: each mostly sleeps until its hosts say
 * something. Hundreds of services may wait for people between two stages.
 */
const maxWatches = 500;
/** Releases copied at once; each reads and writes several blobs at a time. */
const maxCopies = 4;
/** Watches look one after the other at most a quarter of the time; more would only queue in the database. */
const maxConnections = 12;
/** Far above a begin or a summary over 20,000 hosts; a database that vanished holds up steps and loops for no longer. */
const patienceMs = 60_000;

const config = configOrExit(readRegionConfig);
const { region, databaseUrl: url, temporal } = config;
const log = createLogger({ program: `region-${region}`, level: config.logLevel });
const stop = stopSignal();

try {
  const { directorKey, buildKey, rootVersion } = await readRegionKeys(config);
  const token = (await readFile(config.regionTokenFile, 'utf8')).trim();
  const applicationName = `slipway-region-${region}`;
  const connect = () => connectRegionDatabase({ url, applicationName, maxConnections, patienceMs });
  const database = await untilAvailable(connect, { signal: stop, log });
  await claimRegion(database.em, region);
  const changes = listenForServiceChanges({
    url,
    onError: (error) => log.warn({ error }, "the region's database is away"),
  });

  const director = directorOf(directorKey);
  const generations = openGenerationFile(config.store);
  const guard = createRestoreGuard(generations);
  const goalParts = {
    region,
    store: createGoalStore(database, guard),
    reports: createHostReports(database, changes),
    director,
    currentTraceparent,
  };
  const replication = createReplicationActivities({
    source: await openFolderStore(config.centralStore),
    target: await openFolderStore(config.store),
    index: createReplicaIndex(database),
    buildKey,
  });

  installRuntime(log);
  const connection = await connectWorker(temporal, { signal: stop, log });
  const shared = { connection, namespace: temporal.namespace };
  const workers = await Promise.all([
    createWorker({
      ...shared,
      queue: regionQueue(region),
      activities: createGoalActivities(goalParts),
      maxActivities: maxWatches,
    }),
    createWorker({ ...shared, queue: regionBulkQueue(region), activities: replication, maxActivities: maxCopies }),
    createWorker({
      ...shared,
      queue: regionUrgentQueue(region),
      activities: createUrgentGoalActivities(goalParts),
      maxActivities: maxWatches,
    }),
  ]);
  const centre = connectCentre(config.apiUrl, token, region);
  const wakeUp = createWakeUp();
  changes.onAny(wakeUp.wake);
  const summaries = {
    outbox: createSummaryOutbox(database, region),
    leftHosts: createLeftHostsOutbox(database, region),
    centre,
    wakeUp,
    log,
  };
  const restored = createRestoredRegion(database, generations);
  const actsWakeUp = createWakeUp();
  const acts = listenForServiceChanges({ url, channels: [localActChannel] });
  acts.onAny(actsWakeUp.wake);
  const outputWakeUp = createWakeUp();
  const output = listenForServiceChanges({ url, channels: [logChunkChannel] });
  output.onAny(outputWakeUp.wake);
  const logs = { desk: createLogDesk(database), centre, log };
  const loops = [
    runSummaryLoop(summaries, stop),
    runRestoreLoop({ region, restored, centre, director, directorKey: createPublicKey(directorKey), log }, stop),
    runLocalActsLoop({ outbox: createLocalActOutbox(database), centre, wakeUp: actsWakeUp, log }, stop),
    runLogReadingsLoop({ ...logs, wakeUp: createWakeUp() }, stop),
    runLogChunksLoop({ ...logs, wakeUp: outputWakeUp }, stop),
    runSignAgainLoop({ region, signatures: createGoalSignatures(database, guard), director, rootVersion, log }, stop),
  ];
  flushCompileCache(); // the next program of this kind starts from it
  log.info({ region, queues: workers.map((worker) => worker.options.taskQueue) }, 'ready');
  await Promise.all([runWorkers(workers, stop), ...loops]);
  await Promise.all([changes.close(), acts.close(), output.close()]);
  await connection.close();
  await database.close(true);
} catch (error) {
  if (!stop.aborted) {
    log.fatal({ error }, `the region worker ends: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
await endTracing();
process.exit();
