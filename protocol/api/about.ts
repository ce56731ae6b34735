import { z } from 'zod';
import { timeField } from '../fields.ts';

const count = z.int().min(0);

/** `GET /v1/about`: which Slipway answers. */
export const aboutSchema = z.object({
  version: z.string(),
  /** The api's clock. */
  at: timeField,
  temporalUi: z.string().nullable(),
  /** A region without a service yet has nothing to report; what is neither that nor reporting is silent. */
  regions: z.object({ total: count, reporting: count, withoutService: count }),
});
export type About = z.infer<typeof aboutSchema>;
