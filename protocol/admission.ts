import { z } from 'zod';
import { digestField, regionField, releaseRefField, serviceField, timeField } from './fields.ts';

export const admissionType = 'application/vnd.slipway.admission.v1+json';

/** Made once, when all who must agree have: this release may run in these regions. It doesn't expire. */
export const admissionSchema = z.strictObject({
  format: z.literal('slipway.admission/1'),
  service: serviceField,
  release: releaseRefField,
  config: digestField,
  regions: z.array(regionField).min(1).max(256),
  approvers: z.array(z.strictObject({ person: z.string().max(100), role: z.string().max(40) })).max(64),
  /** Digest over plan, approvals and checks, kept by the centre. */
  evidence: digestField,
  admittedAt: timeField,
});
export type Admission = z.infer<typeof admissionSchema>;
