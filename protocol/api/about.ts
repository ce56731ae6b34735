import { z } from 'zod';
import { timeField } from '../fields.ts';

/** `GET /v1/about`: which Slipway answers. */
export const aboutSchema = z.object({
  version: z.string(),
  /** The api's clock. */
  at: timeField,
  temporalUi: z.string().nullable(),
  regions: z.object({ total: z.int().min(0), reporting: z.int().min(0) }),
});
export type About = z.infer<typeof aboutSchema>;
