/**
 * What `--json` prints, by command. Fields are only added and unions may grow; whatever else changes is a `/v2`.
 * Published in docs/reference/cli-documents.json.
 */
import { z } from 'zod';
import { deploymentOutcomes } from '../domain/states.ts';
import { reviewListSchema, rightAnswerSchema } from '../protocol/api/access.ts';
import { deployAnswerSchema, deploymentSchema, deploymentSummarySchema } from '../protocol/api/deployment.ts';
import { hotfixAnswerSchema, rollbackAnswerSchema, verbAnswerSchema } from '../protocol/api/deployment.ts';
import { fleetSchema, freezeSchema, passAnswerSchema } from '../protocol/api/fleet.ts';
import { hookRunSchema } from '../protocol/api/hooks.ts';
import { leftHostSchema, owingRegionSchema } from '../protocol/api/left-hosts.ts';
import { laneSchema, lockSchema } from '../protocol/api/lane.ts';
import { deploymentPlanSchema } from '../protocol/api/plan.ts';
import { regionAnswerSchema, regionSchema, serviceHostsSchema } from '../protocol/api/region.ts';
import { releaseSchema } from '../protocol/api/release.ts';
import { serviceSchema, serviceSummarySchema } from '../protocol/api/service.ts';
import { buildLogSchema, timelineEntrySchema } from '../protocol/api/timeline.ts';
import { webhookAnswerSchema } from '../protocol/api/webhook.ts';
import { hostField, regionField, serviceField, timeField } from '../protocol/fields.ts';

/** A change: accepted, and when it is in effect. */
const change = { inEffect: z.string() };
const verb = verbAnswerSchema.extend(change);
const count = z.int().min(0);

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item).readonly(), cursor: z.string().nullable() });

const plannedSchema = z.object({
  service: serviceField,
  file: z.string(),
  warnings: z.array(z.string()).readonly(),
  regions: z.array(regionField).readonly(),
  /** What it would do, as lines for people. */
  plan: z.array(z.string()).readonly(),
});

/** What came of the plan on a model of the fleet; `atMs` counts from its start. */
const simulationSchema = z.object({
  outcome: z.enum(['succeeded', 'undone', 'held', 'waiting']),
  reason: z.string(),
  tookMs: z.number(),
  switched: count,
  failed: count,
  lost: count,
  pending: z.array(regionField).readonly(),
  entries: z.array(z.object({ atMs: z.number(), region: regionField.nullable(), text: z.string() })).readonly(),
});

export const documentData = {
  status: z.union([
    z.object({ service: serviceSchema, deployment: deploymentSchema.nullable() }),
    z.object({ services: z.array(serviceSummarySchema).readonly() }),
  ]),
  plan: deploymentPlanSchema.extend({ simulation: simulationSchema.nullable() }),
  deploy: deployAnswerSchema.extend(change),
  hotfix: hotfixAnswerSchema.extend(change),
  retry: deployAnswerSchema.extend(change),
  redeploy: deployAnswerSchema.extend(change),
  approve: verb,
  'break-glass': verb,
  reject: verb,
  pause: verb,
  resume: verb,
  promote: verb,
  'skip-region': verb,
  abort: verb,
  'end-undo': verb,
  rollback: rollbackAnswerSchema.extend(change),
  grant: rightAnswerSchema.extend(change),
  revoke: rightAnswerSchema.extend(change),
  review: verb,
  lock: laneSchema.extend(change),
  unlock: laneSchema.extend(change),
  fleet: fleetSchema,
  freeze: freezeSchema.extend(change),
  unfreeze: freezeSchema.extend(change),
  'stop-the-line': freezeSchema.extend(change),
  'start-the-line': fleetSchema.extend(change),
  pass: passAnswerSchema.extend(change),
  'add-region': regionAnswerSchema.extend(change),
  'drain-region': regionAnswerSchema.extend(change),
  'undrain-region': regionAnswerSchema.extend(change),
  'remove-region': regionAnswerSchema.extend(change),
  connect: serviceSchema.extend(change),
  deliver: webhookAnswerSchema.extend({
    repository: z.string(),
    branch: z.string(),
    commit: z.string(),
    accepted: z.array(
      webhookAnswerSchema.shape.accepted.element.omit({ key: true }).extend({
        /** `checkout/87`; `null` while its lane has not numbered it. */
        deployment: z.string().nullable(),
        /** Deployments that waited, and have ended: this one brings a newer commit of their branch, or takes back what they bring. */
        superseded: z.array(z.string()),
        /** The latter; left out when there are none. */
        takenBack: z.array(z.string()).optional(),
      }),
    ),
    ...change,
  }),
  open: z.object({ url: z.string(), expiresAt: timeField }),
  logs: z.union([
    z.object({
      release: z.string(),
      /** `null` when none is kept. */
      build: buildLogSchema.nullable(),
      /** In the order in which they began; `null` when only the build was asked for. */
      hooks: z.array(hookRunSchema).readonly().nullable(),
      /** Oldest first; `null` when only the build was asked for. */
      timeline: z.array(timelineEntrySchema).readonly().nullable(),
    }),
    /** Of a service: what its instances wrote last. */
    z.object({
      service: serviceField,
      region: regionField,
      hosts: z.array(hostField).readonly(),
      lines: z.array(z.object({ host: hostField, line: z.string() })).readonly(),
      /** Hosts that sent no more, or nothing, and why. */
      ended: z.array(z.object({ host: hostField, why: z.string() })).readonly(),
    }),
  ]),
  'list-services': listOf(serviceSummarySchema),
  'list-releases': listOf(releaseSchema),
  'list-deployments': listOf(deploymentSummarySchema),
  'list-approvals': listOf(deploymentSummarySchema),
  'list-regions': listOf(regionSchema),
  'list-left-hosts': listOf(leftHostSchema).extend({ owing: z.array(owingRegionSchema).readonly() }),
  'list-hosts': listOf(serviceHostsSchema),
  'list-locks': listOf(lockSchema.extend({ service: serviceField })),
  'list-grants': listOf(z.object({ holder: z.string(), right: z.string(), of: z.string(), by: z.string().nullable() })),
  'list-reviews': listOf(reviewListSchema.shape.reviews.element),
  'show-service': serviceSchema,
  'show-release': releaseSchema,
  'show-deployment': deploymentSchema.extend({
    /** That its undo has left, and what they run; left out where it left none. */
    leftHosts: z.array(leftHostSchema).readonly().optional(),
  }),
  'show-region': regionSchema,
  validate: plannedSchema,
  init: plannedSchema.extend({ found: z.string() }),
  doctor: z.object({
    checks: z
      .array(z.object({ name: z.string(), ok: z.boolean(), text: z.string(), todo: z.string().nullable() }))
      .readonly(),
  }),
  config: z.object({
    settings: z.array(z.object({ name: z.string(), value: z.string().nullable(), source: z.string() })).readonly(),
  }),
  version: z.object({ cli: z.string(), api: z.object({ url: z.string(), version: z.string() }).nullable() }),
} as const;

export type DocumentName = keyof typeof documentData;
export type DocumentData<Name extends DocumentName> = z.infer<(typeof documentData)[Name]>;

/** `slipway.status/v1` */
export const schemaOf = <Name extends DocumentName>(name: Name) => `slipway.${name}/v1` as const;

/** The whole document: one, on one line. */
export const documentOf = (name: DocumentName) =>
  z.object({
    schema: z.literal(schemaOf(name)),
    asOf: timeField,
    data: documentData[name],
    /** Commands that come next. */
    next: z.array(z.string()),
  });

/**
 * What is watched: an event a line, of which `result` is the last. `deploy --watch` begins with `accepted`,
 * `rollback --watch` with `rolling-back`, `deploy --hotfix --watch` with `hotfix`, `status --watch` with its document.
 */
export const watchEvent = z.discriminatedUnion('type', [
  deployAnswerSchema.extend({ type: z.literal('accepted'), at: timeField, ...change }),
  rollbackAnswerSchema.extend({ type: z.literal('rolling-back'), at: timeField, ...change }),
  hotfixAnswerSchema.extend({ type: z.literal('hotfix'), at: timeField, ...change }),
  z.object({
    type: z.enum(['change', 'still']),
    at: timeField,
    message: z.string(),
    deployment: deploymentSchema.nullable(),
  }),
  /** A line of `logs --follow`. */
  z.object({ type: z.literal('output'), at: timeField, host: hostField, line: z.string() }),
  z.object({
    type: z.literal('result'),
    at: timeField,
    /** `null` of what runs where, which ends at Ctrl-C only. */
    deployment: z.string().nullable(),
    outcome: z.enum(deploymentOutcomes).nullable(),
    reason: z.string().nullable(),
    pending: z.array(regionField),
    exitCode: count,
  }),
]);
