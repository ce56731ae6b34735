import { z } from 'zod';
import { givenReasonField } from './people.ts';
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

/** Who takes it out of new deployments, and why. */
export const drainSchema = z.object({ by: z.string(), reason: z.string(), since: timeField });

/** `GET /v1/regions`, `GET /v1/regions/:region` */
export const regionSchema = z.object({
  region: regionField,
  addedAt: timeField,
  lastSummaryAt: timeField.nullable(),
  /** While it is being drained: rollouts leave it out. */
  drain: drainSchema.optional(),
  stale: z.boolean(),
  services: z.array(serviceHostsSchema),
});
export type Region = z.infer<typeof regionSchema>;
export const regionListSchema = z.object({ items: z.array(regionSchema) });

/** `POST /v1/regions/:region/add` */
export const addRegionRequestSchema = z.strictObject({
  reason: givenReasonField,
  /** SHA-256 of the token that the region's worker will show, in hex: the token itself is kept by who made it. */
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'),
});
/** `POST /v1/regions/:region/remove` */
export const removeRegionRequestSchema = z.strictObject({
  reason: givenReasonField,
  /** Although hosts are there still, or something is owed. */
  force: z.boolean().default(false),
});
/** `POST /v1/regions/:region/add`, `drain`, `undrain` and `remove` */
export const regionAnswerSchema = z.object({
  region: regionField,
  /** False when it was so already. */
  changed: z.boolean(),
  /** Deployments that bring it what it has missed: of current releases that go there. */
  catchUp: z.array(
    z.object({
      service: serviceField,
      /** `checkout/88`; `null` where none could be opened, and `reason` says why. */
      deployment: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type RegionAnswer = z.infer<typeof regionAnswerSchema>;

/** `GET /v1/services/:service/hosts` */
export const serviceHostsListSchema = z.object({ items: z.array(serviceHostsSchema) });
