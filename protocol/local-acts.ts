import { z } from 'zod';
import { localVerbs } from '../domain/region/local-act.ts';
import {
  attemptField,
  generationField,
  hostField,
  regionField,
  releaseRefField,
  serviceField,
  timeField,
} from './fields.ts';

/** Text of people: what no database can hold (NUL, half a surrogate) goes. */
const peopleField = (length: number) =>
  z
    .string()
    .max(length)
    .transform((text) => text.replaceAll('\0', '').toWellFormed());

/** Something that was done inside a region, by who was there: at the region's own command, with the centre or without. */
export const localActSchema = z.strictObject({
  id: z.uuid(),
  /** Counts up in the region's database: the order in which they were done. */
  number: z.int().min(1),
  verb: z.enum(localVerbs),
  /** Who was logged in on the machine: the region's word for it, nothing that the centre has checked. */
  by: peopleField(100),
  reason: peopleField(500),
  at: timeField,
  service: serviceField.nullable(),
  host: hostField.nullable(),
  /** Where it brought the service's goal; `null` for what writes none. */
  goal: z
    .strictObject({
      attempt: attemptField,
      generation: generationField,
      /** What the region goes back to; `null`: nothing. */
      base: releaseRefField.nullable(),
      /** Whether a deployment was open in the region, as far as the region knew. */
      open: z.boolean(),
    })
    .nullable(),
  /** What was changed, in the words of the command: `role=web zone-`. */
  change: peopleField(2000).nullable(),
});
export type LocalAct = z.infer<typeof localActSchema>;

/** `POST /regions/v1/local-acts` to the api, with the region's token: oldest first, until they were taken. 204. */
export const localActsSchema = z.strictObject({ region: regionField, acts: z.array(localActSchema).min(1).max(100) });
export type LocalActs = z.infer<typeof localActsSchema>;
