/** The api: webhooks into the inbox, and everything that people do. It starts and serves while Temporal is away. */
import { readFileSync } from 'node:fs';
import { Router } from 'express';
import { readApiConfig } from '../../infra/config/api.ts';
import { configOrExit } from '../../infra/config/environment.ts';
import { readPrivateKey } from '../../infra/keys/read-keys.ts';
import { createMergeInbox } from '../../infra/postgres/central/api-merge-inbox.ts';
import { createPeopleDirectory } from '../../infra/postgres/central/api-people.ts';
import { createProjection } from '../../infra/postgres/central/api-projection.ts';
import { createServiceDirectory } from '../../infra/postgres/central/api-services.ts';
import { connectCentral } from '../../infra/postgres/central/database.ts';
import { connectClientLazily } from '../../infra/temporal/connect.ts';
import { stopSignal } from '../../infra/temporal/workers.ts';
import { createLogger } from '../../infra/telemetry/logger.ts';
import { endTracing } from '../../infra/telemetry/tracing.ts';
import { serveHttp } from '../http/serve.ts';
import { controlApi } from './app.ts';
import { deploymentMessages, laneMessages } from './verbs/temporal-messages.ts';

const temporaryHealth = Router().get('/readyz', (_, response) => void response.json({ status: 'ok' }));
const config = configOrExit(readApiConfig);
const log = createLogger({ program: 'api', level: config.logLevel });
const stop = stopSignal();

try {
  const webhookSecret = readFileSync(config.githubWebhookSecretFile, 'utf8').trim();
  if (webhookSecret === '')
    throw new Error('the file of SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE is empty: nothing could be verified');
  const url = config.centralDatabaseUrl;
  const database = await connectCentral({ url, applicationName: 'slipway-api' });
  const client = connectClientLazily(config.temporal);
  const projection = createProjection(database);
  const links = { temporalUiUrl: config.temporalUiUrl, temporalNamespace: config.temporal.namespace };
  const people = createPeopleDirectory(database);
  const app = controlApi({
    projection,
    people,
    services: createServiceDirectory(database),
    inbox: createMergeInbox(database),
    lanes: laneMessages(client),
    deployments: deploymentMessages(client),
    webhookSecret,
    approvalKey: await readPrivateKey(config.approvalKeyFile),
    links,
    before: [],
    beside: [temporaryHealth],
    log,
    now: () => new Date(),
  });
  const http = await serveHttp(app, config.listen);
  log.info({ port: http.port }, 'ready');
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await http.close();
  await client.connection.close();
  await database.close(true);
} catch (error) {
  log.fatal({ error }, `the api ends: ${(error as Error).message}`);
  process.exitCode = 1;
}
await endTracing();
process.exit();
