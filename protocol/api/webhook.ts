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
});
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;
