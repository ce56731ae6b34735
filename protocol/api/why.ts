import { z } from 'zod';
import { offeredVerbs, type OfferedVerb } from '../../domain/progress/offered-verbs.ts';
import { timeField } from '../fields.ts';

export { offeredVerbs, type OfferedVerb };

/**
 * Why something is where it is, said once for every place that shows it: pages, `slipway status`, messages.
 * Everything that has not simply succeeded has one.
 */
export const whySchema = z.object({
  /** One sentence. */
  cause: z.string(),
  since: timeField,
  next: z.object({
    /** What ends it, or that nothing needs a person. */
    text: z.string(),
    /** A command that does it, ready to be pasted; `null` when nothing is to be done. */
    command: z.string().nullable(),
    verb: z.enum(offeredVerbs).nullable(),
  }),
  /** A person must do something before it goes on. */
  needsSomeone: z.boolean(),
});
export type Why = z.infer<typeof whySchema>;
