/**
 * The api: webhooks into the inbox, and everything that people do. It starts and serves while Temporal is away, and
 * answers 503 while Postgres is.
 */
import '../../infra/telemetry/trace-routes.ts';
import { flushCompileCache } from 'node:module';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { readApiConfig } from '../../infra/config/api.ts';
import { configOrExit } from '../../infra/config/environment.ts';
import { readPrivateKey } from '../../infra/keys/read-keys.ts';
import { ownVersion } from '../../infra/own-version.ts';
import { migrateCentral, openCentral } from '../../infra/postgres/central/database.ts';
import { untilAvailable } from '../../infra/postgres/until-available.ts';
import { noBuildLogs, storedBuildLogs } from '../../infra/stores/build-logs.ts';
import { folderReader } from '../../infra/stores/folder-store.ts';
import { stopSignal } from '../../infra/stop-signal.ts';
import { createLogger } from '../../infra/telemetry/logger.ts';
import { endTracing } from '../../infra/telemetry/tracing.ts';
import { connectClientLazily, connectWithoutRetries } from '../../infra/temporal/connect.ts';
import { createVersionReads } from '../../infra/temporal/missing-workers.ts';
import { controlQueue } from '../../workflows/messages/queues.ts';
import { serveHttp } from '../http/serve.ts';
import { composeControlApi } from './compose.ts';

/** A delivery or a person is told 503 after this long, when the database neither answers nor refuses. */
const patienceMs = 3_000;

const config = configOrExit(readApiConfig);
const log = createLogger({ program: 'api', level: config.logLevel });
const stop = stopSignal();

try {
  const webhookSecret = readFileSync(config.githubWebhookSecretFile, 'utf8').trim();
  if (webhookSecret === '')
    throw new Error('the file of SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE is empty: nothing could be verified');
  const databaseUrl = config.centralDatabaseUrl;
  const central = { url: databaseUrl, applicationName: 'slipway-api' };
  const database = await openCentral({ ...central, patienceMs });
  let isMigrated = false;
  const migrated = untilAvailable(() => migrateCentral(central), { signal: stop, log }).then(() => (isMigrated = true));
  migrated.catch(() => undefined); // told below, once it listens
  const temporal = connectClientLazily(config.temporal);
  const looking = connectWithoutRetries(config.temporal);
  const approvalKey = await readPrivateKey(config.approvalKeyFile);
  const links = {
    temporalUiUrl: config.temporalUiUrl,
    temporalNamespace: config.temporal.namespace,
    commitUrl: config.commitUrl,
    traceUrl: config.traceUrl,
  };
  const api = composeControlApi({
    database,
    databaseUrl,
    isMigrated: () => isMigrated,
    temporal,
    versions: createVersionReads(looking, controlQueue),
    webhookSecret,
    approvalKey,
    links,
    logs: config.centralStore === null ? noBuildLogs : storedBuildLogs(folderReader(config.centralStore)),
    hooksAllowed: config.hooksAllowed,
    breakGlass: config.breakGlass,
    webFolder: config.webFolder,
    hasMetricsServer: config.prometheusUrl !== null,
    version: ownVersion(),
    log,
    stop,
  });
  const http = await serveHttp(api.app, config.listen);
  flushCompileCache(); // the next program of this kind starts from it
  log.info({ port: http.port }, 'ready');
  const stopped = stop.aborted ? Promise.resolve() : once(stop, 'abort');
  // Ends by itself only when the database refuses the migration.
  await Promise.race([stopped, migrated.then(async () => void (await stopped))]);
  await http.close();
  await api.close();
  await temporal.connection.close();
  await looking.connection.close();
  await database.close(true);
} catch (error) {
  if (!stop.aborted) {
    log.fatal({ error }, `the api ends: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
await endTracing();
process.exit();
