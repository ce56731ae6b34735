import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { isDatabaseUnavailable } from '../../infra/postgres/availability.ts';
import { ProblemError } from '../http/problem-error.ts';
import { noSniffing } from '../http/no-sniffing.ts';
import { notFound, problemHandler } from '../http/problem-handlers.ts';
import { requestId } from '../http/request-id.ts';
import type { GoalBoard } from './goals/goal-board.ts';
import type { PollRoom } from './goals/poll-room.ts';
import { heldGoalsRoute, openAsking, type HeldGoalStore } from './goals/held-goals.ts';
import { pollRoute } from './goals/poll-route.ts';
import { hostsOnly, type HostIdentity } from './host-identity.ts';
import { createGatewayMetrics } from './operations/metrics.ts';
import { operationRoutes, type Readiness } from './operations/operation-routes.ts';
import { releaseRoutes, type ServedReleases } from './releases/release-routes.ts';
import { openReportIntake, type ReportStore } from './reports/report-intake.ts';
import { reportRoute } from './reports/report-route.ts';
import { recordSwitch } from './reports/switch-span.ts';

/** What a gateway is made of. */
export interface GatewayParts extends ServedReleases, Readiness {
  readonly identity: HostIdentity;
  readonly board: GoalBoard;
  readonly room: PollRoom;
  readonly reports: ReportStore;
  readonly heldGoals: HeldGoalStore;
  readonly log: Logger;
}

export function gatewayApp(parts: GatewayParts): Express {
  const { identity, board, room, reports, heldGoals, log } = parts;
  const metrics = createGatewayMetrics({ openPolls: room.size, goals: board.size });
  const intake = openReportIntake(reports, (reported) => {
    metrics.switches.inc();
    recordSwitch(reported);
  });
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  // Answers differ by host, and the only one worth comparing, a chunk, has its digest.
  app.set('etag', false);
  app.use(noSniffing, requestId, metrics.timed, operationRoutes(parts, metrics));
  app.use('/v1', hostsOnly(identity));
  const asking = openAsking();
  app.use(pollRoute(board, room, asking), heldGoalsRoute(heldGoals, asking));
  app.use(reportRoute(intake), releaseRoutes(parts, metrics.servedBytes));
  app.use(notFound, problemHandler(log, translateFault));
  return app;
}

const retryAfterSeconds = 2;

/** A database that is away is nobody's mistake: the host asks again, and runs what it runs. */
const translateFault = (error: unknown): ProblemError | null =>
  isDatabaseUnavailable(error)
    ? new ProblemError('unavailable', { detail: "the region's database does not answer" }, retryAfterSeconds)
    : null;
