import { z } from 'zod';
import { deploymentKinds } from '../../domain/states.ts';
import { deploymentField, digestField, regionField, releaseNumberField, serviceField, timeField } from '../fields.ts';
import { givenReasonField, personField } from './people.ts';

export const lockSchema = z.object({
  owner: personField,
  reason: z.string(),
  since: timeField,
  /** When the lane opens by itself; absent where only somebody opens it. */
  until: timeField.optional(),
});

/** A deployment that has not ended, as a lane shows it. */
export const laneEntrySchema = z.object({
  deployment: z.string(),
  number: deploymentField,
  release: releaseNumberField,
  kind: z.enum(deploymentKinds),
  /** It goes before all but rollbacks. */
  hotfix: z.boolean().optional(),
  /** Somebody asked for it in these only; absent: in all that the release names. */
  regions: z.array(regionField).optional(),
});

/** The queue of one service: what holds it, what runs, what comes next (in the order in which it will start). */
export const laneSchema = z.object({
  service: serviceField,
  lock: lockSchema.nullable(),
  active: laneEntrySchema.nullable(),
  queue: z.array(laneEntrySchema),
});
export type Lane = z.infer<typeof laneSchema>;
export type LaneLock = z.infer<typeof lockSchema>;

/**
 * `POST /v1/services/:service/lock`; answers the lane as it is then. The first lock stays; who may open it may move its end.
 */
export const lockRequestSchema = z.strictObject({
  reason: givenReasonField,
  /** When the lane opens by itself: a time to come. Left out, somebody has to open it. */
  until: timeField.optional(),
});
/** `POST /v1/services/:service/unlock`, by who set the lock or a release-owner; answers the lane as it is then. */
export const unlockRequestSchema = z.strictObject({ reason: givenReasonField, dialog: digestField.optional() });
export type UnlockRequest = z.infer<typeof unlockRequestSchema>;
export type LockRequest = z.infer<typeof lockRequestSchema>;
