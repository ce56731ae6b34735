import { z } from 'zod';

/** RFC 9457, with what to do next. `type` ends in a stable code: `https://slipway.dev/problems/lane-locked`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  /** What to do now. */
  next: z.string().optional(),
  requestId: z.string().optional(),
  retryable: z.boolean(),
  /** Where in the input. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
