import type { KeyObject } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Express, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { BreakGlassPolicy } from '../../domain/approval/break-glass.ts';
import { createLogBell } from '../../infra/postgres/central/log-bell.ts';
import { createLogReadings } from '../../infra/postgres/central/log-readings.ts';
import { createAccessRecords } from '../../infra/postgres/central/api-access.ts';
import { createChangeBell } from '../../infra/postgres/central/api-change-bell.ts';
import { createCentralFigures } from '../../infra/postgres/central/api-figures.ts';
import { createRegionBook } from '../../infra/postgres/central/region-book.ts';
import { createFreezeBook } from '../../infra/postgres/central/freeze-book.ts';
import { createMergeInbox } from '../../infra/postgres/central/api-merge-inbox.ts';
import { createPeopleDirectory } from '../../infra/postgres/central/api-people.ts';
import { createProjection } from '../../infra/postgres/central/api-projection.ts';
import { createServiceDirectory } from '../../infra/postgres/central/api-services.ts';
import { createBrowserSessions } from '../../infra/postgres/central/api-sessions.ts';
import { createStatusInbox } from '../../infra/postgres/central/api-status-inbox.ts';
import { createIntentBook } from '../../infra/postgres/central/region-intents.ts';
import { createLocalActRecords } from '../../infra/postgres/central/local-acts.ts';
import { createLeftHostRecords } from '../../infra/postgres/central/left-hosts.ts';
import { createRegionSummaries } from '../../infra/postgres/central/api-summaries.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { whyTemporalNotUsable } from '../../infra/temporal/why-not-usable.ts';
import { ProblemError } from '../http/problem-error.ts';
import { controlApi } from './app.ts';
import { openChangeFeed } from './events/change-feed.ts';
import { eventStream } from './events/event-stream.ts';
import { apiDocument } from './operations/api-document.ts';
import { createApiMetrics } from './operations/metrics.ts';
import { noneMissing, type MissingWorkers } from './operations/missing-workers.ts';
import { operationRoutes } from './operations/operation-routes.ts';
import { readinessOf } from './operations/readiness.ts';
import { requestLog } from './operations/request-log.ts';
import { pages } from './pages/pages.ts';
import { sessionRoutes } from './people/session-routes.ts';
import { regionLogRoutes } from './logs/region-log-routes.ts';
import type { BuildLogs } from './reads/build-logs.ts';
import type { LinkTargets } from './reads/links.ts';
import { intentRoutes } from './regions/intent-routes.ts';
import { localActRoutes } from './regions/local-act-routes.ts';
import { summaryRoutes } from './regions/summary-routes.ts';
import { fleetMessages } from './fleet/temporal-fleet.ts';
import { deploymentMessages } from './verbs/temporal-deployment.ts';
import { laneMessages } from './verbs/temporal-lane.ts';

/** What the api is given from outside; the caller closes it. */
export interface Surroundings {
  readonly database: Database;
  /** Of the same database: who listens for notifications has a connection of its own. */
  readonly databaseUrl: string;
  /** False until its schema is up to date: till then only probes are answered. */
  readonly isMigrated: () => boolean;
  /** May be away. */
  readonly temporal: Client;
  readonly webhookSecret: string;
  readonly approvalKey: KeyObject;
  readonly links: LinkTargets;
  readonly logs: BuildLogs;
  readonly hooksAllowed: boolean;
  readonly breakGlass: BreakGlassPolicy;
  /** The built pages; `null` serves none. */
  readonly webFolder: string | null;
  /** The control worker has a server to ask for metrics: without one, a spec that has metrics can't be planned. */
  readonly hasMetricsServer?: boolean;
  /** Left out where nobody looks after them. */
  readonly workers?: MissingWorkers;
  /** Of this Slipway. */
  readonly version: string;
  readonly log: Logger;
  /** Ends event streams, which would otherwise never end. */
  readonly stop: AbortSignal;
}

export interface ComposedApi {
  readonly app: Express;
  /** After the last request, before the database is closed. */
  close(): Promise<void>;
}

const notMigrated = 'its tables are not up to date yet';

const onceMigrated =
  (isMigrated: () => boolean): RequestHandler =>
  (_request, _response, next) => {
    if (!isMigrated()) throw new ProblemError('unavailable', { detail: 'the central database is not up yet' }, 2);
    next();
  };

/** The control API of a process, out of its parts. */
export function composeControlApi(surroundings: Surroundings): ComposedApi {
  const { database, databaseUrl, isMigrated, temporal, links, logs, webFolder, version, log, stop } = surroundings;
  const { hasMetricsServer = false, workers = noneMissing } = surroundings;
  const now = (): Date => new Date();
  const projection = createProjection(database, { hasMetricsServer, workers });
  const people = createPeopleDirectory(database);
  const figures = createCentralFigures(database);
  const readiness = readinessOf(
    [
      {
        name: 'postgres',
        isRequired: true,
        whyNot: (ms) => figures.check(ms).then(() => (isMigrated() ? null : notMigrated)),
      },
      { name: 'temporal', isRequired: false, whyNot: (ms) => whyTemporalNotUsable(temporal, ms) },
    ],
    () => performance.now(),
  );
  const metrics = createApiMetrics({ figures, readiness, workers });
  const feed = openChangeFeed({ projection, bell: createChangeBell(databaseUrl, log), links, log });
  const output = { readings: createLogReadings(database), bell: createLogBell(databaseUrl, log), stop };
  const app = controlApi({
    projection,
    people,
    services: createServiceDirectory(database),
    access: createAccessRecords(database),
    inbox: createMergeInbox(database),
    statuses: createStatusInbox(database),
    lanes: laneMessages(temporal),
    book: createFreezeBook(database),
    fleet: fleetMessages(temporal, log),
    regions: createRegionBook(database),
    deployments: deploymentMessages(temporal, workers),
    webhookSecret: surroundings.webhookSecret,
    approvalKey: surroundings.approvalKey,
    links,
    logs,
    output,
    hooksAllowed: surroundings.hooksAllowed,
    breakGlass: surroundings.breakGlass,
    version,
    before: [
      requestLog(log),
      metrics.timed,
      operationRoutes(readiness, metrics),
      apiDocument(version),
      ...(webFolder === null ? [] : [pages(webFolder)]),
      onceMigrated(isMigrated),
    ],
    beside: [
      eventStream({ projection, links, now, feed, people, stop, onClients: metrics.setEventClients }),
      sessionRoutes(createBrowserSessions(database, now)),
      summaryRoutes({
        summaries: createRegionSummaries(database),
        leftHosts: createLeftHostRecords(database),
        people,
      }),
      intentRoutes({ intents: createIntentBook(database), people }),
      localActRoutes({ acts: createLocalActRecords(database), lanes: laneMessages(temporal), people }),
      regionLogRoutes({ ...output, people }),
    ],
    log,
    now,
  });
  return {
    app,
    async close() {
      await Promise.all([feed.close(), output.bell.close()]);
    },
  };
}
