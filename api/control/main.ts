/** The api: webhooks into the inbox, and everything that people do. It starts and serves while Temporal is away. */
import '../../infra/telemetry/trace-routes.ts';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { readApiConfig } from '../../infra/config/api.ts';
import { configOrExit } from '../../infra/config/environment.ts';
import { readPrivateKey } from '../../infra/keys/read-keys.ts';
import { connectCentral } from '../../infra/postgres/central/database.ts';
import { stopSignal } from '../../infra/stop-signal.ts';
import { createLogger } from '../../infra/telemetry/logger.ts';
import { endTracing } from '../../infra/telemetry/tracing.ts';
import { connectClientLazily } from '../../infra/temporal/connect.ts';
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
  const database = await connectCentral({ url: databaseUrl, applicationName: 'slipway-api', patienceMs });
  const temporal = connectClientLazily(config.temporal);
  const approvalKey = await readPrivateKey(config.approvalKeyFile);
  const links = { temporalUiUrl: config.temporalUiUrl, temporalNamespace: config.temporal.namespace };
  const api = composeControlApi({ database, databaseUrl, temporal, webhookSecret, approvalKey, links, log, stop });
  const http = await serveHttp(api.app, config.listen);
  log.info({ port: http.port }, 'ready');
  if (!stop.aborted) await once(stop, 'abort');
  await http.close();
  await api.close();
  await temporal.connection.close();
  await database.close(true);
} catch (error) {
  log.fatal({ error }, `the api ends: ${(error as Error).message}`);
  process.exitCode = 1;
}
await endTracing();
process.exit();
