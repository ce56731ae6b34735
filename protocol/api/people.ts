import { z } from 'zod';
import { roles } from '../../domain/states.ts';

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

/** `GET /v1/me` */
export const signedInSchema = z.object({ person: personField, roles: z.array(roleField) });
export type SignedIn = z.infer<typeof signedInSchema>;
