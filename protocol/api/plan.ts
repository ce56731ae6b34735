import { z } from 'zod';
import { breakGlassPolicies } from '../../domain/approval/break-glass.ts';
import { judgedHosts } from '../../domain/plan/judge-rules.ts';
import { deploymentKinds, roles } from '../../domain/states.ts';
import { digestField, regionField, releaseNumberField, serviceField, teamField, timeField } from '../fields.ts';
import { regionListField } from './deployment.ts';
import { hooksSchema, leftBehindSchema } from './hooks.ts';
import { lockSchema } from './lane.ts';

const count = z.int().min(0);

/** `GET /v1/services/:service/plan`: what a deployment would do; nothing is touched. */
export const planQuerySchema = z.strictObject({
  /** The newest release that is ready, if left out. */
  release: z.coerce.number().pipe(releaseNumberField).optional(),
  /** Only to these of its regions, `ap-south,sa-east`; left out: to all. */
  regions: regionListField.optional(),
});
export type PlanQuery = z.infer<typeof planQuerySchema>;

const groupSchema = {
  roles: z.array(z.enum(roles)).readonly(),
  /** Left out when none is asked. */
  teams: z.array(teamField).readonly().optional(),
};

/** Who must agree: anyone of the roles and teams, and among them so many of each group. */
const approvePolicySchema = z.object({
  quorum: count,
  ...groupSchema,
  among: z
    .array(z.object({ quorum: count, ...groupSchema }))
    .readonly()
    .optional(),
  expiresMs: count,
  /** Who may go past it in an emergency; left out for two persons. */
  breakGlass: z.enum(breakGlassPolicies).optional(),
});

export const plannedStageSchema = z.object({
  name: z.string(),
  regions: z.array(
    z.object({
      region: regionField,
      /** As the region last said; `null` where no release of the service has run, so that no host has said a thing. */
      hosts: count.nullable(),
      /** Those of them that are silent, and stand in no batch; left out when none is. */
      absent: count.optional(),
      /** How many hosts run it once each batch is allowed, those of the batches before it among them; left out where `hosts` is `null`. */
      batches: z.array(count).optional(),
    }),
  ),
  /** `1`, `50%`: as the spec writes them. */
  batches: z.array(z.string()),
  bakeMs: count,
  /** Left out when nobody is asked before it begins. */
  approve: approvePolicySchema.optional(),
  /** What the release is held to while the stage bakes, a sentence each; left out when nothing is. */
  metrics: z.array(z.string()).optional(),
});

/** A deployment's plan as people read it. */
export const deploymentPlanSchema = z.object({
  service: serviceField,
  release: releaseNumberField,
  /** What runs now; `null` before the first. */
  from: releaseNumberField.nullable(),
  kind: z.enum(deploymentKinds),
  commit: z.object({ id: z.string(), subject: z.string(), authors: z.array(z.string()) }),
  totalBytes: count.nullable(),
  stages: z.array(plannedStageSchema),
  /** `null`: nobody has to agree. */
  approval: approvePolicySchema.nullable(),
  checks: z.string().nullable(),
  /** What the organisation's CI has to report on the commit; left out when nothing is, or the release was admitted before. */
  requiredChecks: z.object({ require: z.array(z.string()), withinMs: count }).optional(),
  verify: z.string().nullable(),
  /** What the release is held to before the finish, a sentence each; left out when nothing is. */
  verifyMetrics: z.array(z.string()).optional(),
  health: z.string(),
  budget: z.object({ failedPercent: z.number(), cap: z.number().nullable() }),
  /** How hosts count that are neither simply well nor simply failed, a sentence each. */
  judge: z.array(z.object({ hosts: z.enum(judgedHosts), rule: z.string() })),
  rollback: z.object({ automatic: z.boolean(), lockAfter: z.boolean() }),
  /** When its stages may begin; left out, at any time. */
  window: z.string().optional(),
  /** Left out when there are none. */
  hooks: hooksSchema.optional(),
  /** The release before can't run once this one has. */
  compatibleWith: z.literal('none').optional(),
  /** What can't be undone, a sentence each; it is why an approval is wanted that the spec doesn't ask for. */
  irreversible: z.array(z.string()).readonly().optional(),
  /** What deployments before it did that no undo of this one takes back; left out when that is nothing. */
  leftBehind: z.array(leftBehindSchema).readonly().optional(),
  /** Regions of its spec that are being drained: it doesn't go there. */
  drained: z.array(regionField).optional(),
  /** Limits and times of hosts, for a simulation. */
  timing: z.object({
    batchTimeoutMs: count,
    absentAfterMs: count,
    undoDeadlineMs: count,
    /** From the switch until a host counts as healthy, at the soonest; and until its start has failed. */
    healthyAfterMs: count,
    startPeriodMs: count,
  }),
  /** How long the last successes took, ten at most, least and most, and how many were measured; `null` without one. */
  tookMs: z.object({ least: count, most: count, count: count.optional() }).nullable(),
  lock: lockSchema.nullable(),
  /** What a later merge takes back of it, so that it is refused unless asked for all the same; `null` for nothing. */
  reverted: z.string().nullable(),
  /** What keeps it from beginning as it stands now (a freeze, the fleet's caps, its window), a sentence each; left out when nothing does. */
  waits: z.array(z.string()).optional(),
  /** Deployments that would go first. */
  ahead: count,
  /** Of everything above that decides what happens on hosts: `slipway deploy --plan` holds on to it. */
  digest: digestField,
  asOf: timeField,
});
export type DeploymentPlan = z.infer<typeof deploymentPlanSchema>;
