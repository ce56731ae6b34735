import { z } from 'zod';
import { breakGlassRoles } from '../../domain/approval/break-glass.ts';
import type { Role } from '../../domain/states.ts';
import {
  approvalTokenAnswerSchema,
  approvalTokenRequestSchema,
  promoteRequestSchema,
  skipRegionRequestSchema,
  tokenRequestSchema,
} from './approval.ts';
import { aboutSchema } from './about.ts';
import {
  grantListSchema,
  reviewListSchema,
  reviewRequestSchema,
  rightAnswerSchema,
  rightRequestSchema,
} from './access.ts';
import { auditPageSchema, auditQuerySchema } from './audit.ts';
import {
  abortRequestSchema,
  deployAnswerSchema,
  deploymentListQuerySchema,
  deploymentPageSchema,
  deploymentSchema,
  deployRequestSchema,
  hotfixAnswerSchema,
  hotfixRequestSchema,
  pauseRequestSchema,
  rejectRequestSchema,
  reopenRequestSchema,
  rollbackAnswerSchema,
  rollbackRequestSchema,
  verbAnswerSchema,
} from './deployment.ts';
import { dialogQuerySchema, dialogSchema } from './dialog.ts';
import {
  fleetSchema,
  freezeRequestSchema,
  freezeSchema,
  passAnswerSchema,
  reasonRequestSchema,
  stopTheLineRequestSchema,
} from './fleet.ts';
import { leftHostPageSchema, leftHostQuerySchema } from './left-hosts.ts';
import { hookRunListSchema } from './hooks.ts';
import {
  endedLogReadingSchema,
  logReadingRequestSchema,
  logReadingSchema,
  nextLogsRequestSchema,
  nextLogsSchema,
} from './log-reading.ts';
import { laneSchema, lockRequestSchema, unlockRequestSchema } from './lane.ts';
import { pageQuerySchema } from './page.ts';
import { signedInSchema } from './people.ts';
import { deploymentPlanSchema, planQuerySchema } from './plan.ts';
import {
  addRegionRequestSchema,
  regionAnswerSchema,
  regionListSchema,
  regionSchema,
  removeRegionRequestSchema,
  serviceHostsListSchema,
} from './region.ts';
import { releasePageSchema, releaseSchema } from './release.ts';
import { servicePageSchema, serviceSchema, serviceSettingsSchema } from './service.ts';
import { buildLogSchema, timelinePageSchema } from './timeline.ts';

/** One address of the API: who may use it, what goes in, what comes out. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Express form: `/v1/services/:service`. */
  readonly path: string;
  /** Having any of these is enough; `signed-in` asks for no role. */
  readonly allows: 'signed-in' | readonly Role[];
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Of success. */
  readonly status: 200 | 202;
  readonly answer: z.ZodType;
}

const anyone = 'signed-in';
const eitherRole: readonly Role[] = ['deployer', 'release-owner'];
const releaseOwner: readonly Role[] = ['release-owner'];
/** Who holds many services, or lets one past that. */
const ofTheFleet: readonly Role[] = ['release-owner', 'operator'];
/** Who runs Slipway itself. */
const operator: readonly Role[] = ['operator'];
const anyRole: readonly Role[] = [...eitherRole, 'operator'];

const service = '/v1/services/:service';
const deployment = `${service}/deployments/:deployment`;
const logReading = `${service}/log-readings/:reading`;

const read = <Path extends string, Answer extends z.ZodType, Query extends z.ZodType>(
  path: Path,
  answer: Answer,
  query: Query,
) => ({ method: 'GET', path, allows: anyone, query, status: 200, answer }) as const;

const noQuery = z.strictObject({});

const act = <
  Path extends string,
  const Allows extends Route['allows'],
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  path: Path,
  allows: Allows,
  body: Body,
  answer: Answer,
) => ({ method: 'POST', path, allows, body, status: 202, answer }) as const;

/**
 * The whole surface for people. Every POST carries an `Idempotency-Key`: a repeat with the same key is the same request
 * and gets the same answer. The event stream (`events.ts`) and the webhooks (`webhook.ts`) stand beside it.
 */
export const routes = {
  me: read('/v1/me', signedInSchema, noQuery),
  about: read('/v1/about', aboutSchema, noQuery),
  listServices: read('/v1/services', servicePageSchema, pageQuerySchema),
  showService: read(service, serviceSchema, noQuery),
  putService: {
    method: 'PUT',
    path: service,
    allows: releaseOwner,
    body: serviceSettingsSchema,
    status: 200,
    answer: serviceSchema,
  },
  listServiceHosts: read(`${service}/hosts`, serviceHostsListSchema, noQuery),
  /** Hosts that the undo of a deployment has left, and what they run: all of them. */
  listLeftHosts: read(`${service}/left-hosts`, leftHostPageSchema, leftHostQuerySchema),
  /** What its instances write: for those who may act on it. */
  openLogReading: act(`${service}/log-readings`, anyRole, logReadingRequestSchema, logReadingSchema),
  nextLogs: act(`${logReading}/next`, anyRole, nextLogsRequestSchema, nextLogsSchema),
  endLogReading: act(`${logReading}/end`, anyRole, z.strictObject({}), endedLogReadingSchema),
  showPlan: read(`${service}/plan`, deploymentPlanSchema, planQuerySchema),
  showDialog: read(`${service}/dialog`, dialogSchema, dialogQuerySchema),
  showLane: read(`${service}/lane`, laneSchema, noQuery),
  lock: act(`${service}/lock`, eitherRole, lockRequestSchema, laneSchema),
  unlock: act(`${service}/unlock`, eitherRole, unlockRequestSchema, laneSchema),
  redeploy: act(`${service}/redeploy`, eitherRole, reopenRequestSchema, deployAnswerSchema),
  hotfix: act(`${service}/hotfix`, releaseOwner, hotfixRequestSchema, hotfixAnswerSchema),
  rollback: act(`${service}/rollback`, eitherRole, rollbackRequestSchema, rollbackAnswerSchema),
  listReleases: read(`${service}/releases`, releasePageSchema, pageQuerySchema),
  showRelease: read(`${service}/releases/:release`, releaseSchema, noQuery),
  showBuildLog: read(`${service}/releases/:release/log`, buildLogSchema, noQuery),
  listAllDeployments: read('/v1/deployments', deploymentPageSchema, deploymentListQuerySchema),
  listDeployments: read(`${service}/deployments`, deploymentPageSchema, deploymentListQuerySchema),
  showDeployment: read(deployment, deploymentSchema, noQuery),
  showTimeline: read(`${deployment}/timeline`, timelinePageSchema, pageQuerySchema),
  listHookRuns: read(`${deployment}/hooks`, hookRunListSchema, noQuery),
  deploy: act(`${service}/deployments`, eitherRole, deployRequestSchema, deployAnswerSchema),
  retry: act(`${deployment}/retry`, eitherRole, reopenRequestSchema, deployAnswerSchema),
  /** Whose approval counts is the spec's to say, by role and by team. */
  approvalToken: act(`${deployment}/approval-token`, anyone, approvalTokenRequestSchema, approvalTokenAnswerSchema),
  approve: act(`${deployment}/approve`, anyone, tokenRequestSchema, verbAnswerSchema),
  breakGlass: act(`${deployment}/break-glass`, breakGlassRoles, tokenRequestSchema, verbAnswerSchema),
  reject: act(`${deployment}/reject`, anyone, rejectRequestSchema, verbAnswerSchema),
  pause: act(`${deployment}/pause`, eitherRole, pauseRequestSchema, verbAnswerSchema),
  resume: act(`${deployment}/resume`, eitherRole, tokenRequestSchema, verbAnswerSchema),
  promote: act(`${deployment}/promote`, releaseOwner, promoteRequestSchema, verbAnswerSchema),
  skipRegion: act(`${deployment}/skip-region`, releaseOwner, skipRegionRequestSchema, verbAnswerSchema),
  abort: act(`${deployment}/abort`, eitherRole, abortRequestSchema, verbAnswerSchema),
  endUndo: act(`${deployment}/end-undo`, releaseOwner, tokenRequestSchema, verbAnswerSchema),
  pass: act(`${deployment}/pass`, ofTheFleet, reasonRequestSchema, passAnswerSchema),
  showFleet: read('/v1/fleet', fleetSchema, noQuery),
  stopTheLine: act('/v1/fleet/stop', anyRole, stopTheLineRequestSchema, freezeSchema),
  startTheLine: act('/v1/fleet/start', anyRole, reasonRequestSchema, fleetSchema),
  addFreeze: act('/v1/freezes', ofTheFleet, freezeRequestSchema, freezeSchema),
  endFreeze: act('/v1/freezes/:freeze/end', ofTheFleet, reasonRequestSchema, freezeSchema),
  listRegions: read('/v1/regions', regionListSchema, noQuery),
  showRegion: read('/v1/regions/:region', regionSchema, noQuery),
  addRegion: act('/v1/regions/:region/add', operator, addRegionRequestSchema, regionAnswerSchema),
  drainRegion: act('/v1/regions/:region/drain', operator, reasonRequestSchema, regionAnswerSchema),
  undrainRegion: act('/v1/regions/:region/undrain', operator, reasonRequestSchema, regionAnswerSchema),
  removeRegion: act('/v1/regions/:region/remove', operator, removeRegionRequestSchema, regionAnswerSchema),
  listGrants: read('/v1/grants', grantListSchema, noQuery),
  /** Who may is decided by what is granted: operators, and owners of the service. */
  grant: act('/v1/grants', anyone, rightRequestSchema, rightAnswerSchema),
  revoke: act('/v1/revocations', anyone, rightRequestSchema, rightAnswerSchema),
  listReviews: read('/v1/reviews', reviewListSchema, noQuery),
  review: act(`${deployment}/review`, breakGlassRoles, reviewRequestSchema, verbAnswerSchema),
  listAudit: read('/v1/audit', auditPageSchema, auditQuerySchema),
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export type AnswerOf<Name extends RouteName> = z.infer<(typeof routes)[Name]['answer']>;
/** What a client sends: fields with defaults may be left out. */
export type BodyOf<Name extends RouteName> = (typeof routes)[Name] extends {
  readonly body: infer Body extends z.ZodType;
}
  ? z.input<Body>
  : undefined;

/** Request header of every POST; also the id of the Temporal Update that the request becomes. */
export const idempotencyKeyHeader = 'idempotency-key';
export const idempotencyKeyField = z.string().regex(/^[\x21-\x7e]{8,200}$/, 'must be 8 to 200 printable characters');

/** `/v1/services/:service` with its parameters filled in. @throws RangeError when one is missing. */
export function pathOf(name: RouteName, parameters: Readonly<Record<string, string | number>>): string {
  return routes[name].path.replaceAll(/:([a-z]+)/g, (_, parameter: string) => {
    if (!Object.hasOwn(parameters, parameter)) throw new RangeError(`${name} needs ${parameter}`);
    return encodeURIComponent(String(parameters[parameter]));
  });
}
