import { z } from 'zod';
import { deploymentKinds, deploymentOutcomes, deploymentStates, regionStates } from '../../domain/states.ts';
import { missingBecause } from '../../domain/progress/missing-hosts.ts';
import {
  deploymentField,
  digestField,
  hostField,
  regionField,
  releaseNumberField,
  serviceField,
  timeField,
} from '../fields.ts';
import { brokenGlassSchema } from './access.ts';
import { hooksSchema, notUndoneSchema } from './hooks.ts';
import { lockSchema } from './lane.ts';
import { pageOf, pageQuerySchema } from './page.ts';
import { givenReasonField, personField, reasonField } from './people.ts';
import { offeredVerbs, whySchema } from './why.ts';

const count = z.int().min(0);

/**
 * The digest of the dialog that was shown. When what it means has moved on the verb is refused with `state-changed`.
 * Verbs that only stop things take none: the fire exit doesn't jam.
 */
export const dialogField = digestField.optional();

/** Where a deployment came from. */
export const sourceSchema = z.discriminatedUnion('from', [
  z.object({
    from: z.literal('merge'),
    commit: z.string(),
    before: z.string(),
    branch: z.string(),
    authors: z.array(z.string()),
    pusher: z.string(),
    subject: z.string(),
  }),
  z.object({
    from: z.literal('person'),
    person: personField,
    reason: z.string().nullable(),
    /** The only regions that it goes to; left out where it goes to all. */
    regions: z.array(regionField).optional(),
  }),
]);

export const deploymentRegionSchema = z.object({
  region: regionField,
  /** `null` before the plan exists. */
  stage: z.string().nullable(),
  state: z.enum(regionStates),
  /** Batches allowed so far, of how many. */
  batch: count,
  batches: count,
  hosts: z.object({ total: count, switched: count, healthy: count, failed: count }),
  /** Why it doesn't move; `null` when nothing is wrong. */
  reason: z.string().nullable(),
  /** A person must decide about it. */
  held: z.literal(true).optional(),
  /** Hosts that its success doesn't speak for; `count` is exact, `hosts` are the first of them. */
  missing: z
    .partialRecord(z.enum(missingBecause), z.object({ count, hosts: z.array(hostField).readonly() }))
    .optional(),
});
export type DeploymentRegion = z.infer<typeof deploymentRegionSchema>;

/** What lists show. */
export const deploymentSummarySchema = z.object({
  /** `checkout/87` */
  deployment: z.string(),
  service: serviceField,
  number: deploymentField,
  kind: z.enum(deploymentKinds),
  release: releaseNumberField,
  /** What the service ran when it began; `null` when that was nothing, or is not known. */
  from: releaseNumberField.nullable(),
  /** First line of the commit's message. */
  subject: z.string(),
  /** Who has it go before all but rollbacks, and why; `null` for what waits its turn. */
  hotfix: z.object({ by: personField, reason: z.string() }).nullable(),
  state: z.enum(deploymentStates),
  stage: z.string().nullable(),
  paused: z.boolean(),
  /** A person must decide. */
  held: z.boolean(),
  /** What it waits for and what ends that; `null` when it moves or is over. */
  waiting: z.string().nullable(),
  outcome: z.enum(deploymentOutcomes).nullable(),
  /** Why it ended so, or why it undoes. */
  reason: z.string().nullable(),
  /**
   * Of one that was superseded while it waited, the number under which its change goes on: behind a rollback that has
   * overtaken it, or with a newer merge; else `null`.
   */
  goesOnAs: deploymentField.nullable(),
  /** It waited, and this one has ended it: a newer commit of its branch, or one that takes back what it brings. */
  supersededBy: deploymentField.nullable(),
  /** From here abort is refused and rollback is offered; left out by an earlier version. */
  pointOfNoReturn: z.boolean().optional(),
  /** Regions where something is still owed although it ended. */
  pending: z.array(regionField),
  startedAt: timeField,
  endedAt: timeField.nullable(),
  /** When it came into its state. */
  since: timeField,
  /** `null` once it has succeeded everywhere. */
  why: whySchema.nullable(),
  /** Hosts of its regions; `onRelease` run what it brings. */
  hosts: z.object({ total: count, onRelease: count }),
  /** Grows with each change of this deployment: what has a lower one than is shown is old news. */
  sequence: count,
});
export type DeploymentSummary = z.infer<typeof deploymentSummarySchema>;

/** What an approval is bound to; `null` before the plan exists. */
export const approvalBindingSchema = z.object({
  service: serviceField,
  deployment: deploymentField,
  release: z.object({ number: releaseNumberField, digest: digestField }),
  planDigest: digestField,
  regions: z.array(regionField),
});

/** One step on its way, in order: build, checks, a plan that was refused, approval beside replication, each stage, verify; undo when it came to that. */
export const stepSchema = z.object({
  kind: z.enum(['build', 'checks', 'plan', 'approval', 'replication', 'hooks', 'stage', 'verify', 'undo']),
  /** `build`, `canary`. */
  name: z.string(),
  state: z.enum(['pending', 'running', 'waiting', 'done', 'failed', 'skipped']),
  startedAt: timeField.nullable(),
  endedAt: timeField.nullable(),
  /** `1 of 1 (mo)`, `5 of 5`. */
  note: z.string().nullable(),
});
export type DeploymentStep = z.infer<typeof stepSchema>;

/** `GET /v1/services/:service/deployments/:deployment` */
export const deploymentSchema = deploymentSummarySchema.extend({
  source: sourceSchema,
  regions: z.array(deploymentRegionSchema),
  steps: z.array(stepSchema),
  /** What a person can do now, as far as the state says. */
  verbs: z.array(z.enum(offeredVerbs)),
  /** Regions that don't move, and that it can go on without (`skip-region`). */
  skippable: z.array(regionField),
  /**
   * `stage`: of the stage that waits for them; left out where they are of the release. `by`: whose count; left out where an
   * earlier version recorded them. `brokenBy`: who goes past them while another person has to, too.
   */
  approvals: z
    .object({
      given: count,
      wanted: count,
      stage: z.string().optional(),
      by: z.array(z.string()).readonly().optional(),
      brokenBy: z.array(z.string()).readonly().optional(),
    })
    .nullable(),
  /** How many hosts may fail in each region before it stops there; `null` until its release was built. */
  budget: z.object({ failedPercent: z.number(), cap: count }).nullable(),
  binding: approvalBindingSchema.nullable(),
  /** Approvals that people went past; left out when there are none. */
  brokenGlass: z.array(brokenGlassSchema).readonly().optional(),
  /** As in its summary, of every version. */
  pointOfNoReturn: z.boolean(),
  /** Of its release; left out when it runs none. */
  hooks: hooksSchema.optional(),
  /** What its undo has left for a person; left out when that is nothing. */
  notUndone: z.array(notUndoneSchema).readonly().optional(),
  /** 40 hex digits: what its release was built from. */
  commit: z.string(),
  /** 32 hex digits; `null` when who asked for it was not traced. */
  traceId: z.string().nullable(),
  /** `null` where this installation doesn't say where such a thing is shown. */
  links: z.object({
    temporal: z.string().nullable(),
    commit: z.string().nullable(),
    trace: z.string().nullable(),
  }),
});
export type Deployment = z.infer<typeof deploymentSchema>;

export const deploymentPageSchema = pageOf(deploymentSummarySchema);
export type DeploymentPage = z.infer<typeof deploymentPageSchema>;
/** `GET /v1/deployments` (every service) and `GET /v1/services/:service/deployments`, newest first. */
export const deploymentListQuerySchema = pageQuerySchema.extend({
  state: z.enum(deploymentStates).optional(),
  /** Only those that have not ended. */
  open: z.stringbool().optional(),
});
export type DeploymentListQuery = z.infer<typeof deploymentListQuerySchema>;

/** Some of a service's regions, each once. */
export const regionsField = z
  .array(regionField)
  .min(1)
  .max(256)
  .refine((regions) => new Set(regions).size === regions.length, 'must name each region once');

/** The same in a query: `ap-south,sa-east`. */
export const regionListField = z
  .string()
  .transform((text) => text.split(','))
  .pipe(regionsField);

/** `POST /v1/services/:service/deployments` */
export const deployRequestSchema = z.strictObject({
  /** The newest release that is ready, if left out. */
  release: releaseNumberField.optional(),
  kind: z.enum(['rollout', 'roll-forward']).default('rollout'),
  /** Wait behind a lock instead of being refused. */
  queue: z.boolean().default(false),
  /** Also if it brings a commit that a later merge takes back. */
  althoughReverted: z.boolean().default(false),
  /** Only to these of its regions; left out: to all. */
  regions: regionsField.optional(),
  reason: reasonField.optional(),
  /** Only if the plan is still this one. */
  plan: digestField.optional(),
  dialog: dialogField,
});
export type DeployRequest = z.infer<typeof deployRequestSchema>;

/** `POST /v1/services/:service/deployments/:deployment/retry` and `POST /v1/services/:service/redeploy` */
export const reopenRequestSchema = z.strictObject({
  reason: reasonField.optional(),
  /** Wait behind a lock instead of being refused. */
  queue: z.boolean().default(false),
  dialog: dialogField,
});
export type ReopenRequest = z.infer<typeof reopenRequestSchema>;

/** What waited and has ended because of it, as it brings a newer commit, or takes back what they bring. Absent: nothing. */
const supersededField = z.array(z.string()).optional();

/** A deployment has its number and its place: accepted, not yet live. */
export const deployAnswerSchema = z.object({
  deployment: z.string(),
  number: deploymentField,
  /** The request was known already: this is its first answer. */
  repeated: z.boolean(),
  /** Deployments before it, the active one included. */
  ahead: count,
  /** What keeps the lane shut; `null` when it is open. */
  lock: lockSchema.nullable(),
  superseded: supersededField,
});
export type DeployAnswer = z.infer<typeof deployAnswerSchema>;

/**
 * `POST /v1/services/:service/hotfix`: the release goes before all that waits but rollbacks, also on a locked lane. A
 * deployment of it that waits is the one that does so.
 */
export const hotfixRequestSchema = z.strictObject({
  release: releaseNumberField,
  reason: givenReasonField,
  /** What becomes of the active deployment, if it has touched a region. */
  active: z.enum(['undo', 'hold']).default('undo'),
  /** Also if it brings a commit that a later merge takes back. */
  althoughReverted: z.boolean().default(false),
  dialog: dialogField,
});
export type HotfixRequest = z.infer<typeof hotfixRequestSchema>;

export const hotfixAnswerSchema = z.object({
  deployment: z.string(),
  number: deploymentField,
  /** The request was known already, or the release is on its way. */
  repeated: z.boolean(),
  /** What makes way for it, and how: `awaited` can't be stopped. `null` when nothing has to. */
  active: z.object({ deployment: z.string(), how: z.enum(['undone', 'held', 'cancelled', 'awaited']) }).nullable(),
  /** It goes on a locked lane too; what waits behind it does not. */
  lock: lockSchema.nullable(),
  superseded: supersededField,
});
export type HotfixAnswer = z.infer<typeof hotfixAnswerSchema>;

/** `POST /v1/services/:service/rollback` */
export const rollbackRequestSchema = z
  .strictObject({
    reason: reasonField.optional(),
    /** A release that ran before; left out: the previous one. Needs a reason. */
    to: releaseNumberField.optional(),
    /** Only in these regions; left out: in all. Needs a reason. */
    regions: regionsField.optional(),
    dialog: dialogField,
  })
  .refine(({ to, regions, reason }) => (to === undefined && regions === undefined) || Boolean(reason?.trim()), {
    path: ['reason'],
    message: 'must say why, where a release or regions are named',
  });
export type RollbackRequest = z.infer<typeof rollbackRequestSchema>;

/** `undoing`: the active deployment is aborted and undone. `started`: a deployment of kind `rollback` was made. */
export const rollbackAnswerSchema = z.object({
  outcome: z.enum(['undoing', 'started']),
  deployment: z.string(),
  number: deploymentField,
  repeated: z.boolean(),
});
export type RollbackAnswer = z.infer<typeof rollbackAnswerSchema>;

/** Verbs that only stop things need no token: the fire exit doesn't jam. */
export const pauseRequestSchema = z.strictObject({ reason: reasonField.optional() });
export const abortRequestSchema = z.strictObject({
  reason: reasonField.optional(),
  /** Leave hosts where they are instead of undoing. */
  hold: z.boolean().default(false),
});
export const rejectRequestSchema = z.strictObject({ reason: givenReasonField, dialog: dialogField });
export type PauseRequest = z.infer<typeof pauseRequestSchema>;
export type AbortRequest = z.infer<typeof abortRequestSchema>;
export type RejectRequest = z.infer<typeof rejectRequestSchema>;

/** What a verb on a deployment did. A refusal is a problem, never this. */
export const verbAnswerSchema = z.object({
  deployment: z.string(),
  /** `approved by mo, 1 of 1` */
  message: z.string(),
});
export type VerbAnswer = z.infer<typeof verbAnswerSchema>;
