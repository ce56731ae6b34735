import { z } from 'zod';
import { roles } from '../../domain/states.ts';
import { serviceField, teamField } from '../fields.ts';

/** A person's login, as the identity provider and the code review name it. */
export const personField = z.string().min(1).max(100);
export const roleField = z.enum(roles);

/** Why somebody does something; one line, shown to everybody and kept in the audit. */
export const reasonField = z
  .string()
  .trim()
  .max(500)
  .refine((text) => !/\p{Cc}/u.test(text), 'must be one line without control characters');
export const givenReasonField = reasonField.min(1, 'must say why');

/** Where an incident is written about: its address, or what it is called where that is known. */
export const incidentField = reasonField.min(1, 'must name the incident, or link to it').max(300);

/** `GET /v1/me` */
export const signedInSchema = z.object({
  person: personField,
  /** For all services. */
  roles: z.array(roleField),
  /** Rights for one service each, on top of those; left out when there are none. */
  inServices: z.array(z.object({ service: serviceField, role: roleField })).optional(),
  /** Left out when there are none. */
  teams: z.array(teamField).optional(),
});
export type SignedIn = z.infer<typeof signedInSchema>;
