import { z } from 'zod';
import {
  clockPattern,
  dayPattern,
  recurrenceMistake,
  weekdays,
  type Recurrence,
} from '../../domain/calendar/recurrence.ts';
import { freezeKinds, freezePolicies } from '../../domain/fleet/freeze.ts';
import { deploymentField, regionField, serviceField, timeField } from '../fields.ts';
import { timeZoneField } from '../time-zone.ts';
import { givenReasonField, personField } from './people.ts';

const clockField = z.string().regex(clockPattern, 'must be a time of day, such as 22:00');
const dayField = z.string().regex(dayPattern, 'must be a day of the year, such as 12-24');

const weekly = z.strictObject({
  every: z.literal('week'),
  timeZone: timeZoneField,
  days: z.array(z.enum(weekdays)).min(1).max(7).readonly(),
  from: clockField,
  to: clockField,
});
const yearly = z.strictObject({ every: z.literal('year'), timeZone: timeZoneField, from: dayField, to: dayField });
const once = z.strictObject({ every: z.literal('once'), from: timeField, until: timeField.nullable() });

/** When a freeze is in effect. */
export const recurrenceSchema = z.discriminatedUnion('every', [once, weekly, yearly]);

/** In a request a beginning that is left out is now. */
const askedRecurrenceSchema = z
  .discriminatedUnion('every', [once.extend({ from: timeField.optional() }), weekly, yearly])
  .superRefine((asked, context) => {
    const mistake = asked.every === 'once' && asked.from === undefined ? null : recurrenceMistake(asked as Recurrence);
    if (mistake !== null) context.addIssue({ code: 'custom', path: [mistake.field], message: mistake.message });
  });

const listed = <Item extends z.ZodType>(item: Item) => z.array(item).max(200);

/** `POST /v1/freezes`: who deploys then is refused, what merges waits, what has begun goes by the policy. */
export const freezeRequestSchema = z.strictObject({
  reason: givenReasonField,
  /** What becomes of deployments in progress: they go on to their end, start no more batches, or are undone. */
  policy: z.enum(freezePolicies).default('hold'),
  /** None stands for all. */
  services: listed(serviceField).default([]),
  regions: listed(regionField).default([]),
  when: askedRecurrenceSchema,
});
export type FreezeRequest = z.infer<typeof freezeRequestSchema>;

/** `POST /v1/fleet/stop`: nothing starts any more, anywhere. */
export const stopTheLineRequestSchema = z.strictObject({
  reason: givenReasonField,
  policy: z.enum(freezePolicies).default('hold'),
  /** When it starts by itself: a time to come. Left out, somebody has to start it. */
  until: timeField.optional(),
});

/** `POST /v1/freezes/:freeze/end`, `POST /v1/fleet/start` and `POST …/pass`. */
export const reasonRequestSchema = z.strictObject({ reason: givenReasonField });

export const freezeSchema = z.object({
  /** Its number. */
  freeze: z.int().min(1),
  kind: z.enum(freezeKinds),
  owner: personField,
  reason: z.string(),
  policy: z.enum(freezePolicies),
  services: z.array(serviceField).readonly(),
  regions: z.array(regionField).readonly(),
  when: recurrenceSchema,
  /** The same in words. */
  text: z.string(),
  addedAt: timeField,
  /** While it is in effect; `until` is `null` when somebody has to end it. */
  inEffect: z.object({ since: timeField, until: timeField.nullable() }).nullable(),
  /** When it begins next; `null` when it doesn't. */
  next: timeField.nullable(),
  ended: z.object({ at: timeField, by: personField, reason: z.string() }).nullable(),
});
export type Freeze = z.infer<typeof freezeSchema>;

/** A deployment that has asked to begin, and has not ended. */
export const fleetSlotSchema = z.object({
  /** `checkout/87` */
  deployment: z.string(),
  service: serviceField,
  number: deploymentField,
  regions: z.array(regionField).readonly(),
  askedAt: timeField,
  /** `null` while it waits. */
  grantedAt: timeField.nullable(),
  /** Its place among those that wait for others to end; `null` when it doesn't. */
  position: z.int().min(1).nullable(),
  /** All regions together are full: whoever comes next waits too, wherever it goes. Left out of what waits for one region. */
  waitsForAll: z.literal(true).optional(),
  /** What keeps it, from beginning or from going on, in one sentence; `null` for nothing. */
  waiting: z.string().nullable(),
  /** A hotfix, or let pass: no freeze, cap or window keeps it. Left out of one that has none. */
  hasPass: z.literal(true).optional(),
});

/** In progress, and begun by a version of Slipway that asked nobody: no freeze and no cap is for it. */
export const unaskedSchema = z.object({
  /** `checkout/87` */
  deployment: z.string(),
  service: serviceField,
  number: deploymentField,
  regions: z.array(regionField).readonly(),
  startedAt: timeField,
});

/** `GET /v1/fleet`: what is held over all services, and who may go on. */
export const fleetSchema = z.object({
  /** `null` while the line runs. */
  stopped: freezeSchema.nullable(),
  /** Those in effect first, then those to come. */
  freezes: z.array(freezeSchema),
  running: z.array(fleetSlotSchema),
  /** In the order of their turn. */
  waiting: z.array(fleetSlotSchema),
  /** What goes on in spite of all freezes. */
  unasked: z.array(unaskedSchema),
});
export type Fleet = z.infer<typeof fleetSchema>;

export const passAnswerSchema = z.object({
  deployment: z.string(),
  number: deploymentField,
  by: personField,
  reason: z.string(),
});
