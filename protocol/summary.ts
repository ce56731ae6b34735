import { z } from 'zod';
import { attemptField, generationField, regionField, serviceField, timeField } from './fields.ts';

const count = z.int().min(0);

/** A region's counts of one service, for people at the centre. */
export const serviceSummarySchema = z.strictObject({
  service: serviceField,
  attempt: attemptField,
  generation: generationField,
  mode: z.enum(['advance', 'hold', 'undo']),
  hosts: z.strictObject({
    total: count,
    healthy: count,
    unhealthy: count,
    switching: count,
    reverted: count,
    unknown: count,
    absent: count,
  }),
  /** Hosts by the release they run, by number where it is known. */
  running: z.array(z.strictObject({ release: z.int().min(1), hosts: count })).max(8),
});

/** `POST /regions/v1/summaries` to the api, with the region's token. At most one a second, when something changed. */
export const regionSummarySchema = z.strictObject({
  region: regionField,
  /** Grows; a lower one than the last is dropped. */
  sequence: z.int().min(1),
  at: timeField,
  services: z.array(serviceSummarySchema).max(1000),
});
export type RegionSummary = z.infer<typeof regionSummarySchema>;
