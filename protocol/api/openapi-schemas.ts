import { z } from 'zod';
import { problemSchema } from '../problem.ts';
import { aboutSchema } from './about.ts';
import { approvalTokenAnswerSchema } from './approval.ts';
import { auditPageSchema, auditRecordSchema } from './audit.ts';
import {
  deployAnswerSchema,
  deploymentPageSchema,
  deploymentRegionSchema,
  deploymentSchema,
  deploymentSummarySchema,
  rollbackAnswerSchema,
  sourceSchema,
  stepSchema,
  verbAnswerSchema,
} from './deployment.ts';
import { dialogSchema } from './dialog.ts';
import { eventSchema } from './events.ts';
import { fleetSchema, fleetSlotSchema, freezeSchema } from './fleet.ts';
import { laneEntrySchema, laneSchema, lockSchema } from './lane.ts';
import { signedInSchema } from './people.ts';
import { deploymentPlanSchema, plannedStageSchema } from './plan.ts';
import {
  hostCountsSchema,
  regionListSchema,
  regionSchema,
  serviceHostsListSchema,
  serviceHostsSchema,
} from './region.ts';
import { releasePageSchema, releaseSchema } from './release.ts';
import { routes, type Route } from './routes.ts';
import { servicePageSchema, serviceSchema, serviceSummarySchema } from './service.ts';
import { sessionRequestSchema, signInLinkSchema } from './session.ts';
import {
  hookRunListSchema,
  hookRunSchema,
  hookSchema,
  hooksSchema,
  leftBehindSchema,
  notUndoneSchema,
} from './hooks.ts';
import { leftHostPageSchema, leftHostSchema } from './left-hosts.ts';
import { endedLogReadingSchema, logReadingSchema, nextLogsSchema } from './log-reading.ts';
import { buildLogSchema, timelineEntrySchema, timelinePageSchema } from './timeline.ts';
import { whySchema } from './why.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What has a name of its own in the document; everything else is written where it stands. */
const named: Readonly<Record<string, z.ZodType>> = {
  About: aboutSchema,
  ApiEvent: eventSchema,
  ApprovalTokenAnswer: approvalTokenAnswerSchema,
  AuditPage: auditPageSchema,
  AuditRecord: auditRecordSchema,
  BuildLog: buildLogSchema,
  DeployAnswer: deployAnswerSchema,
  Deployment: deploymentSchema,
  DeploymentPage: deploymentPageSchema,
  DeploymentPlan: deploymentPlanSchema,
  DeploymentRegion: deploymentRegionSchema,
  DeploymentStep: stepSchema,
  DeploymentSummary: deploymentSummarySchema,
  Dialog: dialogSchema,
  Fleet: fleetSchema,
  FleetSlot: fleetSlotSchema,
  Freeze: freezeSchema,
  Hook: hookSchema,
  HookRun: hookRunSchema,
  HookRunList: hookRunListSchema,
  Hooks: hooksSchema,
  HostCounts: hostCountsSchema,
  Lane: laneSchema,
  LaneEntry: laneEntrySchema,
  LeftBehind: leftBehindSchema,
  LeftHost: leftHostSchema,
  LeftHostPage: leftHostPageSchema,
  Lock: lockSchema,
  EndedLogReading: endedLogReadingSchema,
  LogReading: logReadingSchema,
  NextLogs: nextLogsSchema,
  NotUndone: notUndoneSchema,
  PlannedStage: plannedStageSchema,
  Problem: problemSchema,
  Region: regionSchema,
  RegionList: regionListSchema,
  Release: releaseSchema,
  ReleasePage: releasePageSchema,
  RollbackAnswer: rollbackAnswerSchema,
  Service: serviceSchema,
  ServiceHosts: serviceHostsSchema,
  ServiceHostsList: serviceHostsListSchema,
  ServicePage: servicePageSchema,
  ServiceSummary: serviceSummarySchema,
  SessionRequest: sessionRequestSchema,
  SignedIn: signedInSchema,
  SignInLink: signInLinkSchema,
  Source: sourceSchema,
  TimelineEntry: timelineEntrySchema,
  TimelinePage: timelinePageSchema,
  VerbAnswer: verbAnswerSchema,
  Why: whySchema,
  ...bodySchemas(),
};

/** A body is named after its route: `PauseRequest`. */
function bodySchemas(): Record<string, z.ZodType> {
  const withBody = Object.entries<Route>(routes).flatMap(([name, { body }]) =>
    body === undefined ? [] : [{ name, body }],
  );
  // Routes that take the same body share its first name.
  const firsts = withBody.filter(({ body }, index) => withBody.findIndex((each) => each.body === body) === index);
  return Object.fromEntries(firsts.map(({ name, body }) => [`${name[0]!.toUpperCase()}${name.slice(1)}Request`, body]));
}

const place = (name: string): string => `#/components/schemas/${name}`;

/**
 * As they are on the wire: what a schema makes of it afterwards (a branded name, a number out of a query's text) is
 * nobody's business but the reader's.
 */
const onTheWire: Parameters<typeof z.toJSONSchema>[1] & object = {
  io: 'input',
  override: ({ jsonSchema }) => {
    // The format says it, and who generates code from it needs no calendar in a pattern.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    // Ours means that code doesn't change it; theirs, that it is never sent.
    delete jsonSchema.readOnly;
  },
};

/** `components.schemas` of the document. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...onTheWire, uri: place });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
}

/** By its name where it has one. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const name = Object.keys(named).find((each) => named[each] === schema);
  return name === undefined ? bare(z.toJSONSchema(schema, onTheWire)) : { $ref: place(name) };
}

/** OpenAPI says once which dialect holds, and names schemas by where they stand. */
function bare(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  return rest;
}
