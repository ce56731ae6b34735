import { z } from 'zod';
import { serviceField } from '../fields.ts';
import { ignoredReasons } from '../../domain/intake/merge.ts';

/** `POST /webhooks/github`, 202: what the delivery was taken for. Each accepted row starts one deployment, later. */
export const webhookAnswerSchema = z.object({
  accepted: z.array(
    z.object({
      service: serviceField,
      key: z.string(),
      /** The same move was delivered before: nothing new will start. */
      repeated: z.boolean(),
    }),
  ),
  ignored: z.array(
    z.object({
      service: serviceField.nullable(),
      reason: z.enum([...ignoredReasons, 'other-event']),
      message: z.string(),
    }),
  ),
  /** Of a `status` or `check_run`: whether it is now what is known of its context. */
  status: z
    .object({
      commit: z.string(),
      context: z.string(),
      outcome: z.enum(['stored', 'repeated', 'older']),
    })
    .optional(),
});
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;
