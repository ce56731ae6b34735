import { z } from 'zod';
import { digestField, regionField, timeField } from '../fields.ts';
import { givenReasonField, incidentField } from './people.ts';
import { approvalVerbs } from '../../domain/approval/approval.ts';
import { approvalTokenMaxLength } from '../approval-token.ts';

/**
 * `POST /v1/services/:service/deployments/:deployment/approval-token`: a signed statement that this person wants this
 * verb on exactly this plan. `planDigest` is what the person was shown; if the plan has moved on, the answer is the
 * problem `state-changed`.
 */
export const approvalTokenRequestSchema = z
  .strictObject({
    verb: z.enum(approvalVerbs),
    planDigest: digestField,
    /** Which stage the person was shown; `null` where it was none. Left out, it is whatever is asked now. */
    stage: z.string().max(63).nullable().optional(),
    /** Why glass is broken, and for which incident: goes into the token, and stays on record for ever. */
    emergency: z.strictObject({ reason: givenReasonField, incident: incidentField }).optional(),
    /** Of `skip-region`: which. */
    region: regionField.optional(),
  })
  .superRefine(({ verb, emergency }, context) => {
    if ((verb === 'break-glass') === (emergency !== undefined)) return;
    const message = verb === 'break-glass' ? 'must give reason and incident' : `is not for ${verb}`;
    context.addIssue({ code: 'custom', path: ['emergency'], message });
  });
export type ApprovalTokenRequest = z.infer<typeof approvalTokenRequestSchema>;

export const approvalTokenAnswerSchema = z.object({ token: z.string(), expiresAt: timeField });
export type ApprovalTokenAnswer = z.infer<typeof approvalTokenAnswerSchema>;

/** `POST …/approve`, `…/break-glass`, `…/resume`, `…/end-undo`. The same token works in Temporal's Web UI and CLI. */
export const tokenRequestSchema = z.strictObject({
  token: z.string().min(1).max(approvalTokenMaxLength),
  dialog: digestField.optional(),
});
/** `POST …/promote`: ends the bake of a stage early; not what metrics are watched for. */
export const promoteRequestSchema = tokenRequestSchema.extend({ reason: givenReasonField });
/** `POST …/skip-region`: the deployment goes on without a region that does not move. */
export const skipRegionRequestSchema = promoteRequestSchema.extend({ region: regionField });
export type TokenRequest = z.infer<typeof tokenRequestSchema>;
