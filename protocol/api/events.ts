import { z } from 'zod';
import { deploymentField, serviceField, timeField } from '../fields.ts';
import { deploymentSchema } from './deployment.ts';
import { laneSchema } from './lane.ts';
import { serviceHostsSchema } from './region.ts';

/**
 * `GET /v1/events`: server-sent events. The event's name is its `type`, its id the `sequence` of the audit where it has
 * one. The first event is a `snapshot`; after a cut connection the client sends `Last-Event-ID` and gets what it missed,
 * or a `reset` (without an id) and a `snapshot` when that is too much or no longer known. With `deployment` the stream is
 * about that one, ended or not, and its service's lane and hosts.
 */
export const eventsQuerySchema = z
  .strictObject({
    service: serviceField.optional(),
    deployment: z.coerce.number().pipe(deploymentField).optional(),
  })
  .refine((query) => query.deployment === undefined || query.service !== undefined, {
    message: 'needs `service` too',
    path: ['deployment'],
  });
export type EventsQuery = z.infer<typeof eventsQuerySchema>;

const sequence = z.int().min(0);

export const eventSchema = z.discriminatedUnion('type', [
  /** Deployments that have not ended, and the one asked for even if it has; lanes of the services asked for. */
  z.object({
    type: z.literal('snapshot'),
    sequence,
    at: timeField,
    deployments: z.array(deploymentSchema),
    lanes: z.array(laneSchema),
    hosts: z.array(serviceHostsSchema),
  }),
  /** One audit record, and what it changed as it is now. */
  z.object({
    type: z.literal('change'),
    sequence,
    at: timeField,
    actor: z.string(),
    verb: z.string(),
    object: z.string(),
    /** One sentence for people. */
    message: z.string(),
    deployment: deploymentSchema.nullable(),
    lane: laneSchema.nullable(),
    /** Those that wait in the lane, when what they wait for may have changed with it, without a record of theirs. */
    queued: z.array(deploymentSchema).optional(),
  }),
  /** A region's newer counts; not a change of state, so without an id. */
  z.object({ type: z.literal('hosts'), at: timeField, hosts: z.array(serviceHostsSchema) }),
  /** Fetch everything anew: what was missed is not known any more. */
  z.object({ type: z.literal('reset'), sequence, at: timeField }),
  /** Every 10 s when nothing else was sent. */
  z.object({ type: z.literal('heartbeat'), sequence, at: timeField }),
]);
export type ApiEvent = z.infer<typeof eventSchema>;
