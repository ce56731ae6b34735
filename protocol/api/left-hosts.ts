import { z } from 'zod';
import { leftReasons } from '../../domain/goal/left-counts.ts';
import { deploymentField, hostField, regionField, timeField } from '../fields.ts';
import { pageOf, pageQuerySchema } from './page.ts';

/** A host that the undo of a deployment has left. */
export const leftHostSchema = z.object({
  /** That was undone: `checkout/87` */
  deployment: z.string(),
  region: regionField,
  host: hostField,
  /** By its last report: `checkout@412`, or a digest whose number is not known; `null`: nothing. */
  runs: z.string().nullable(),
  /** Pinned by its operator; silent, and may run something else by now; or the release before failed there. */
  why: z.enum(leftReasons),
  since: timeField,
  /** When it was back, or a later deployment stood there; `null` while it is left. */
  goneAt: timeField.nullable(),
});
export type LeftHost = z.infer<typeof leftHostSchema>;

/** `GET /v1/services/:service/left-hosts`: those that are left now; of a `deployment`, all that it ever left. */
export const leftHostQuerySchema = pageQuerySchema.extend({
  deployment: z.coerce.number().pipe(deploymentField).optional(),
  region: regionField.optional(),
});

/** A region that has not undone a deployment yet: what its hosts run is not known. */
export const owingRegionSchema = z.object({
  /** `checkout/87` */
  deployment: z.string(),
  region: regionField,
  since: timeField,
});
export type OwingRegion = z.infer<typeof owingRegionSchema>;

export const leftHostPageSchema = pageOf(leftHostSchema).extend({ owing: z.array(owingRegionSchema) });
export type LeftHostPage = z.infer<typeof leftHostPageSchema>;
