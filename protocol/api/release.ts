import { z } from 'zod';
import { deploymentOutcomes, releaseStates } from '../../domain/states.ts';
import { digestField, regionField, releaseNumberField, serviceField, timeField } from '../fields.ts';
import { pageOf } from './page.ts';

export const releaseSchema = z.object({
  /** `checkout@412` */
  release: z.string(),
  service: serviceField,
  number: releaseNumberField,
  state: z.enum(releaseStates),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** First line of the commit's message. */
  subject: z.string(),
  authors: z.array(z.string()),
  /** Of the manifest root; `null` until it was built. */
  digest: digestField.nullable(),
  totalBytes: z.int().min(0).nullable(),
  createdAt: timeField,
  /** How its last deployment has ended; `null` when none has. */
  lastOutcome: z.enum(deploymentOutcomes).nullable(),
  /** Where it runs now, as far as the regions have said. */
  regions: z.array(regionField),
});
export type Release = z.infer<typeof releaseSchema>;
export const releasePageSchema = pageOf(releaseSchema);
export type ReleasePage = z.infer<typeof releasePageSchema>;
