import { z } from 'zod';
import { differenceKinds, driftStates } from '../domain/host/drift.ts';
import { attemptField, generationField, hostField, regionField, serviceField, timeField } from './fields.ts';

const count = z.int().min(0);

/** Live hosts whose installed tree isn't what was signed, and the first of them by name. */
export const driftedHostsSchema = z.object({
  hosts: count,
  named: z
    .array(
      z.object({
        host: hostField,
        state: z.enum(driftStates),
        since: timeField,
        /** Of the first difference. */
        path: z.string().max(500),
        what: z.enum(differenceKinds),
        /** How many differ. */
        count,
      }),
    )
    .max(8),
});
export type DriftedHosts = z.infer<typeof driftedHostsSchema>;

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
  /** Left out where no tree was changed. */
  drifted: driftedHostsSchema.optional(),
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
