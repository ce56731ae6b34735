import { z } from 'zod';
import { deploymentField, digestField, regionField, releaseNumberField, timeField } from '../fields.ts';
import { regionListField } from './deployment.ts';
import { offeredVerbs } from './why.ts';

/**
 * `GET /v1/services/:service/dialog`: what a verb would do, said before it is done. Verbs of a deployment need
 * `deployment`; `deploy` may name a `release`, and its `kind`, which is part of what is agreed to.
 */
export const dialogQuerySchema = z.strictObject({
  verb: z.enum(offeredVerbs),
  deployment: z.coerce.number().pipe(deploymentField).optional(),
  release: z.coerce.number().pipe(releaseNumberField).optional(),
  kind: z.enum(['rollout', 'roll-forward']).optional(),
  /** Of `deploy`: as a hotfix, and what becomes then of the active deployment. */
  hotfix: z.enum(['undo', 'hold']).optional(),
  /** Of `deploy`: also if it brings a commit that a later merge takes back. Left out, it would be refused. */
  althoughReverted: z.stringbool().optional(),
  /** Of `deploy`, `retry` and `redeploy`: it waits behind a lock or a freeze instead of being refused. */
  queue: z.stringbool().optional(),
  /** Of `review`: of which stage, where glass was broken more than once; empty for the release. */
  stage: z.string().max(63).optional(),
  /** Of `abort`: it leaves hosts where they are instead of undoing. */
  hold: z.stringbool().optional(),
  /** Of `skip-region`: which. */
  region: regionField.optional(),
  /** Of `deploy` and `rollback`: only to these, `ap-south,sa-east`. */
  regions: regionListField.optional(),
  /** Of `rollback`: a release that ran before. */
  to: z.coerce.number().pipe(releaseNumberField).optional(),
});
export type DialogQuery = z.infer<typeof dialogQuerySchema>;

export const dialogSchema = z.object({
  verb: z.enum(offeredVerbs),
  /** `checkout/87`, or `checkout`. */
  object: z.string(),
  /** `Abort checkout/87 and undo?` */
  title: z.string(),
  /** What, Hooks, Time, After, Told: label and sentence, in order. */
  lines: z.array(z.object({ label: z.string(), text: z.string() })),
  /** The two buttons: what leaves everything as it is (first), and the verb with its count and object. */
  keep: z.string(),
  confirm: z.string(),
  reason: z.enum(['required', 'optional', 'none']),
  /** Why it would be refused; the button is not offered then. */
  refused: z.string().nullable(),
  /** Of `deploy`, `retry` and `redeploy`: what `queue` has it wait for instead of being refused; left out for nothing. */
  mayWaitFor: z
    .array(z.enum(['lock', 'freeze']))
    .readonly()
    .optional(),
  /**
   * Of what the verb means (verb, object, releases from and to, regions, what can't be undone), never of counts. Sent
   * back with the verb: when the meaning has moved the answer is the problem `state-changed`.
   */
  digest: digestField,
  /**
   * To be sent as `Idempotency-Key`: the same for this person, verb, object and meaning until a person's message is
   * accepted, so a second click, a retry and a second tab are one request.
   */
  idempotencyKey: z.string(),
  /** What an approval token has to name; `null` for verbs without one. */
  planDigest: digestField.nullable(),
  /** Of `approve` and `break-glass`: the stage that would begin; left out where it is about none. */
  stage: z.string().optional(),
  readAt: timeField,
});
export type Dialog = z.infer<typeof dialogSchema>;
