import { z } from 'zod';
import { attemptField, deploymentField, generationField, placementField, regionField, serviceField } from './fields.ts';

const intendedSchema = z.strictObject({
  attempt: attemptField,
  step: z.string().max(64),
  mode: z.enum(['advance', 'hold', 'undo']),
  next: placementField.nullable(),
});

/** What the centre last meant a region to do with a service, and what it owes there. */
export const intendedServiceSchema = z.strictObject({
  service: serviceField,
  /** Oldest first: the last intent, then what is owed. */
  intended: z.array(intendedSchema).min(1).max(100),
  centreGeneration: z.union([generationField, z.literal(0)]),
  /** Of the deployments that the region may not have heard the end of, oldest first. */
  outcomes: z.array(
    z.strictObject({
      deployment: deploymentField,
      outcome: z.enum(['succeeded', 'undone', 'held', 'skipped', 'unresolved']),
    }),
  ),
  /** What was finished there last, before the deployment of the intent. */
  finished: z.strictObject({ deployment: deploymentField, placement: placementField }).nullable(),
  /** Signed envelopes, as JSON text: of the release that comes, and of the one that runs there. */
  admissions: z.array(z.string()).max(16),
});
export type IntendedService = z.infer<typeof intendedServiceSchema>;

/** Answer of `GET /regions/v1/intents` to a region, with its token: what its database is compared with after a restore. */
export const regionIntentsSchema = z.strictObject({ region: regionField, services: z.array(intendedServiceSchema) });
export type RegionIntents = z.infer<typeof regionIntentsSchema>;
