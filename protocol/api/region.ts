import { z } from 'zod';
import { driftedHostsSchema } from '../summary.ts';
import { regionField, serviceField, timeField } from '../fields.ts';

const count = z.int().min(0);

/** Every host of a service in a region is counted once. `unknown` is never part of `healthy`. */
export const hostCountsSchema = z.object({
  total: count,
  healthy: count,
  unhealthy: count,
  switching: count,
  reverted: count,
  unknown: count,
  absent: count,
});
export type HostCounts = z.infer<typeof hostCountsSchema>;

/** Hosts of one service in one region, as the region last said. */
export const serviceHostsSchema = z.object({
  service: serviceField,
  region: regionField,
  /** `null` while the region has not reported: unknown, not zero. */
  hosts: hostCountsSchema.nullable(),
  /** Hosts by the release that they run, where it is known. */
  running: z.array(z.object({ release: z.int().min(1), hosts: count })),
  /** Hosts whose installed tree was changed by hand or by a fault; left out where there is none. */
  drifted: driftedHostsSchema.optional(),
  /** When the region wrote these counts; `null` when it never did. */
  at: timeField.nullable(),
  /** Older than the centre trusts: shown as "was", never as healthy. */
  stale: z.boolean(),
});
export type ServiceHosts = z.infer<typeof serviceHostsSchema>;

/** `GET /v1/regions`, `GET /v1/regions/:region` */
export const regionSchema = z.object({
  region: regionField,
  addedAt: timeField,
  lastSummaryAt: timeField.nullable(),
  stale: z.boolean(),
  services: z.array(serviceHostsSchema),
});
export type Region = z.infer<typeof regionSchema>;
export const regionListSchema = z.object({ items: z.array(regionSchema) });

/** `GET /v1/services/:service/hosts` */
export const serviceHostsListSchema = z.object({ items: z.array(serviceHostsSchema) });
