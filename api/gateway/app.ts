import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { HostId } from '../../domain/names.ts';
import { isDatabaseUnavailable, isSchemaBehind } from '../../infra/postgres/availability.ts';
import { ProblemError } from '../http/problem-error.ts';
import { noSniffing } from '../http/no-sniffing.ts';
import { notFound, problemHandler } from '../http/problem-handlers.ts';
import { requestId } from '../http/request-id.ts';
import type { GoalBoard } from './goals/goal-board.ts';
import type { PollRoom } from './goals/poll-room.ts';
import { heldGoalsRoute, openAsking, type HeldGoalStore } from './goals/held-goals.ts';
import { pollRoute } from './goals/poll-route.ts';
import { hostsOnly } from './host-identity.ts';
import { certificateIdentity } from './identity/certificate-identity.ts';
import type { HostConnections } from './identity/host-connections.ts';
import { identityRoutes, type IssuingParts } from './identity/identity-routes.ts';
import { presenceWatch } from './identity/watch-presence.ts';
import type { LogBoard } from './logs/log-board.ts';
import { logRoute } from './logs/log-route.ts';
import type { LoadLevel } from './operations/load-gate.ts';
import { createGatewayMetrics } from './operations/metrics.ts';
import { operationRoutes, type Readiness } from './operations/operation-routes.ts';
import { openServedHosts } from './operations/served-hosts.ts';
import { shedLoad } from './operations/shed-load.ts';
import { releaseAccess, tellWithheld } from './releases/release-access.ts';
import { releaseRoutes, type ServedReleases } from './releases/release-routes.ts';
import { watchClocks, type ClockWatchOptions } from './reports/clock-watch.ts';
import { watchIndexes } from './reports/index-watch.ts';
import { openReportIntake, type ReportStore } from './reports/report-intake.ts';
import { rootRoute } from './roots/root-route.ts';
import type { RootShelf } from './roots/root-shelf.ts';
import { reportRoute, takeReports } from './reports/report-route.ts';
import { recordSwitch } from './reports/switch-span.ts';
import { openNamedSecrets } from './secrets/named-secrets.ts';
import { secretRoute } from './secrets/secret-route.ts';
import type { SecretSource } from './secrets/secret-source.ts';
import { sharedReads } from './secrets/shared-reads.ts';

/** What a gateway is made of. */
export interface GatewayParts extends ServedReleases, Readiness {
  readonly identities: Omit<IssuingParts, 'log' | 'connections' | 'onRefused' | 'onIssued' | 'onShed'>;
  readonly connections: HostConnections;
  readonly roots: RootShelf;
  /** Hosts that are kept out. */
  readonly shutOut: () => number;
  readonly board: GoalBoard;
  readonly room: PollRoom;
  readonly reports: ReportStore;
  readonly heldGoals: HeldGoalStore;
  /** `null`: this region has none. */
  readonly secrets: SecretSource | null;
  readonly logs: LogBoard;
  /** Told what waits for the database: answers how much may be taken. */
  readonly openGate: (waiting: () => number) => () => LoadLevel;
  /** Monotonic, ms: by which a host's index grows old. */
  readonly now?: () => number;
  readonly log: Logger;
}

export function gatewayApp(parts: GatewayParts): Express {
  const { board, room, roots, reports, heldGoals, logs, log, connections, shutOut } = parts;
  const indexes = watchIndexes({
    newest: () => board.newestIndex()?.version ?? null,
    onChange: tellStale(log),
    ...(parts.now && { now: parts.now }),
  });
  const clocks = watchClocks({ onChange: tellClock(log), ...(parts.now && { now: parts.now }) });
  const metrics = createGatewayMetrics({
    openPolls: room.size,
    goals: board.size,
    connections: connections.size,
    shutOut,
    indexIssuedAtMs: () => board.newestIndex()?.issuedAtMs ?? null,
    staleIndexHosts: indexes.stale,
    wrongClockHosts: clocks.off,
  });
  const identities: IssuingParts = {
    ...parts.identities,
    connections,
    log,
    onRefused: metrics.refusedHost,
    onIssued: metrics.issued,
    onShed: metrics.shed,
  };
  const intake = openReportIntake(reports, (reported) => {
    metrics.switches.inc();
    recordSwitch(reported);
  });
  const level = parts.openGate(() => intake.waiting() + identities.store.waiting());
  const take = takeReports(intake, presenceWatch(identities), identities.store, indexes, clocks);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  // Answers differ by host, and the only one worth comparing, a chunk, has its digest.
  app.set('etag', false);
  app.use(noSniffing, requestId, metrics.timed, operationRoutes(parts, metrics));
  // For hosts that have no certificate that holds, or don't know this gateway's yet.
  app.use(identityRoutes(identities), rootRoute(roots));
  const { readPeer } = identities;
  const shedding = shedLoad({ level, readPeer, served: openServedHosts(), onShed: metrics.shed });
  app.use('/v1', shedding, hostsOnly(certificateIdentity(identities)));
  const asking = openAsking();
  app.use(
    pollRoute({ board, room, roots, take, asking, logs, onGiven: metrics.goalGiven }),
    heldGoalsRoute(heldGoals, asking),
  );
  const source = parts.secrets && sharedReads(parts.secrets);
  app.use(secretRoute({ board, source, named: openNamedSecrets(parts), log, onAsked: metrics.askedSecrets }));
  const tellOf = tellWithheld(log, parts.now);
  const isGiven = releaseAccess({
    board,
    hosts: identities.store,
    releases: parts.releases,
    onWithheld(host, files) {
      metrics.withheld();
      tellOf(host, files);
    },
  });
  app.use(reportRoute(take), logRoute(logs), releaseRoutes(parts, isGiven, metrics.servedBytes));
  app.use(notFound, problemHandler(log, translateFault));
  return app;
}

const tellStale =
  (log: Logger) =>
  (host: HostId, isStale: boolean): void =>
    isStale
      ? log.warn({ host }, 'a host has an old goal index, and takes up none that is offered')
      : log.info({ host }, 'a host takes up goal indexes again');

const tellClock =
  (log: Logger): ClockWatchOptions['onChange'] =>
  (host, { aheadMs, isOff }) =>
    isOff
      ? log.warn({ host, aheadMs }, "a host's clock differs from this gateway's")
      : log.info({ host, aheadMs }, "a host's clock agrees with this gateway's again");

const retryAfterSeconds = 2;

/** A database that is away, or older than this gateway, is no host's mistake: it asks again, and runs what it runs. */
function translateFault(error: unknown): ProblemError | null {
  const unavailable = (detail: string) => new ProblemError('unavailable', { detail }, retryAfterSeconds);
  if (isDatabaseUnavailable(error)) return unavailable("the region's database does not answer");
  return isSchemaBehind(error) ? unavailable("the region's worker has yet to migrate its database") : null;
}
