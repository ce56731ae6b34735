import express, { type Express, type Router } from 'express';
import type { Logger } from 'pino';
import type { KeyObject } from 'node:crypto';
import type { BreakGlassPolicy } from '../../domain/approval/break-glass.ts';
import { noSniffing } from '../http/no-sniffing.ts';
import { notFound, problemHandler } from '../http/problem-handlers.ts';
import { requestId } from '../http/request-id.ts';
import { typedRoutes } from '../http/typed-routes.ts';
import { accessHandlers } from './access/access-handlers.ts';
import type { AccessRecords } from './access/access-records.ts';
import type { PeopleDirectory } from './people/people-directory.ts';
import { inService, requireRole, signedIn } from './people/sign-in.ts';
import { logHandlers, type LogParts } from './logs/log-handlers.ts';
import type { BuildLogs } from './reads/build-logs.ts';
import { createDialogs } from './dialogs/dialogs.ts';
import { fleetHandlers } from './fleet/fleet-handlers.ts';
import type { FleetMessages } from './fleet/fleet-messages.ts';
import { regionHandlers } from './regions/region-handlers.ts';
import type { RegionBook } from './regions/region-book.ts';
import type { FreezeBook } from './fleet/freeze-book.ts';
import { planHandlers } from './plans/plan-handlers.ts';
import type { LinkTargets } from './reads/links.ts';
import type { Projection } from './reads/projection.ts';
import { readHandlers } from './reads/read-handlers.ts';
import { serviceHandlers } from './services/service-handlers.ts';
import type { ServiceDirectory } from './services/service-settings.ts';
import { translateFault } from './translate-fault.ts';
import { approvalTokens } from './verbs/approval-tokens.ts';
import type { DeploymentMessages } from './verbs/deployment-messages.ts';
import { laneHandlers } from './verbs/lane-handlers.ts';
import { reopenHandlers } from './verbs/reopen-handlers.ts';
import type { LaneMessages } from './verbs/lane-messages.ts';
import { verbHandlers } from './verbs/verb-handlers.ts';
import { githubWebhook } from './webhooks/github-webhook.ts';
import type { MergeInbox } from './webhooks/merge-inbox.ts';
import type { StatusInbox } from './webhooks/status-inbox.ts';

/** What the control API is made of. */
export interface ControlApiParts {
  readonly projection: Projection;
  readonly people: PeopleDirectory;
  readonly services: ServiceDirectory;
  readonly access: AccessRecords;
  readonly inbox: MergeInbox;
  readonly statuses: StatusInbox;
  readonly lanes: LaneMessages;
  readonly book: FreezeBook;
  readonly fleet: FleetMessages;
  readonly regions: RegionBook;
  readonly deployments: DeploymentMessages;
  readonly webhookSecret: string;
  readonly approvalKey: KeyObject;
  readonly links: LinkTargets;
  readonly logs: BuildLogs;
  /** Of instances, as it is read from afar. */
  readonly output: Omit<LogParts, 'projection'>;
  /** Whether specs may have hooks here. */
  readonly hooksAllowed: boolean;
  /** What the organisation asks of who goes past an approval. */
  readonly breakGlass: BreakGlassPolicy;
  /** Of this Slipway. */
  readonly version: string;
  /** Before all else: request logging, probes. */
  readonly before: readonly express.RequestHandler[];
  /** Beside the routes for people: events, regions. */
  readonly beside: readonly Router[];
  readonly log: Logger;
  readonly now: () => Date;
}

export function controlApi(parts: ControlApiParts): Express {
  const { projection, people, deployments, lanes, book, fleet, links, logs, version, log, now } = parts;
  const { hooksAllowed, breakGlass } = parts;
  const planning = { projection, hooksAllowed, breakGlass, book };
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(noSniffing, requestId, ...parts.before);
  app.use(githubWebhook({ ...parts.inbox, ...parts.statuses }, parts.webhookSecret), ...parts.beside);
  const dialogs = createDialogs({ ...planning, deployments, access: parts.access, now });
  const handlers = {
    ...readHandlers({ projection, bindings: bindingsOf(deployments), links, logs, version, now }),
    ...planHandlers({ ...planning, dialogs, now }),
    ...serviceHandlers(parts.services, projection, parts.access),
    ...laneHandlers({ ...planning, lanes, fleet, dialogs, now }),
    ...reopenHandlers({ projection, lanes, dialogs, book, now }),
    ...fleetHandlers({ book, fleet, now }),
    ...logHandlers({ ...parts.output, projection }),
    ...regionHandlers({ regions: parts.regions, lanes }),
    ...accessHandlers(parts.access, projection, dialogs),
    ...verbHandlers({ projection, deployments, lanes, dialogs, tokens: approvalTokens(parts.approvalKey, now) }),
  };
  app.use(
    typedRoutes(handlers, async (request, allows) => {
      const { service } = request.params as Readonly<Record<string, string | undefined>>;
      const person = inService(await signedIn(request, people), service);
      requireRole(person, allows, service);
      return person;
    }),
  );
  app.use(notFound, problemHandler(log, translateFault));
  return app;
}

const bindingsOf = (deployments: DeploymentMessages) => ({
  shown: (service: Parameters<Projection['findDeployment']>[0], number: Parameters<Projection['findDeployment']>[1]) =>
    deployments.status({ service, number }).then(
      ({ binding }) => binding,
      () => null,
    ),
});
