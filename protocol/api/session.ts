import { z } from 'zod';
import { timeField } from '../fields.ts';

/**
 * `POST /v1/session`: signs a browser in, with a one-time code or a token. The answer is `signedInSchema`, and sets the
 * cookie `slipway_session` (HttpOnly, SameSite=Strict, eight hours). `DELETE /v1/session` signs out, 204.
 */
export const sessionRequestSchema = z.union([
  z.strictObject({ code: z.string().min(1).max(200) }),
  z.strictObject({ token: z.string().min(1).max(500) }),
]);
export type SessionRequest = z.infer<typeof sessionRequestSchema>;
export const sessionCookie = 'slipway_session';

/** `POST /v1/sign-in-links`: a link for the person who asks, good once, for ten minutes. */
export const signInLinkSchema = z.object({
  /** Path and fragment below the api's address: `/signin#code=…`. The fragment reaches no log. */
  path: z.string(),
  expiresAt: timeField,
});
export type SignInLink = z.infer<typeof signInLinkSchema>;
