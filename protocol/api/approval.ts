import { z } from 'zod';
import { digestField, regionField, timeField } from '../fields.ts';
import { approvalVerbs } from '../../domain/approval/approval.ts';
import { approvalTokenMaxLength } from '../approval-token.ts';
import { givenReasonField } from './people.ts';

/**
 * `POST /v1/services/:service/deployments/:deployment/approval-token`: a signed statement that this person wants this
 * verb on exactly this plan. `planDigest` is what the person was shown; if the plan has moved on, the answer is the
 * problem `state-changed`.
 */
export const approvalTokenRequestSchema = z.strictObject({
  verb: z.enum(approvalVerbs),
  planDigest: digestField,
  /** Of `skip-region`: which. */
  region: regionField.optional(),
});
export type ApprovalTokenRequest = z.infer<typeof approvalTokenRequestSchema>;

export const approvalTokenAnswerSchema = z.object({ token: z.string(), expiresAt: timeField });
export type ApprovalTokenAnswer = z.infer<typeof approvalTokenAnswerSchema>;

/** `POST …/approve`, `…/resume`, `…/end-undo`. The same token works in Temporal's Web UI and CLI. */
export const tokenRequestSchema = z.strictObject({
  token: z.string().min(1).max(approvalTokenMaxLength),
  dialog: digestField.optional(),
});
/** `POST …/promote`: ends the bake of a stage early; not what metrics are watched for. */
export const promoteRequestSchema = tokenRequestSchema.extend({ reason: givenReasonField });
/** `POST …/skip-region`: the deployment goes on without a region that does not move. */
export const skipRegionRequestSchema = promoteRequestSchema.extend({ region: regionField });
export type TokenRequest = z.infer<typeof tokenRequestSchema>;
