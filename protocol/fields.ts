import { z } from 'zod';
import {
  isDigest,
  isHostId,
  isName,
  type DeploymentNumber,
  type Digest,
  type Generation,
  type HostId,
  type Position,
  type RegionName,
  type ReleaseNumber,
  type ServiceName,
  type TeamName,
} from '../domain/names.ts';

/** Fields that stand in several documents. Each parses into its branded type. */
export const serviceField = z
  .string()
  .refine(isName, 'must match [a-z][a-z0-9-]{0,62}')
  .transform((s) => s as ServiceName);
export const regionField = z
  .string()
  .refine(isName, 'must match [a-z][a-z0-9-]{0,62}')
  .transform((s) => s as RegionName);
export const teamField = z
  .string()
  .refine(isName, 'must match [a-z][a-z0-9-]{0,62}')
  .transform((s) => s as TeamName);
export const hostField = z
  .string()
  .refine(isHostId, 'must be a lower-case host name')
  .transform((s) => s as HostId);
export const digestField = z
  .string()
  .refine(isDigest, 'must be sha256: and 64 hex digits')
  .transform((s) => s as Digest);
export const positionField = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .transform((s) => s as Position);
export const deploymentField = z
  .int()
  .min(1)
  .transform((n) => n as DeploymentNumber);
export const releaseNumberField = z
  .int()
  .min(1)
  .transform((n) => n as ReleaseNumber);
/** The end of year 9999, in ms: no clock that is written as RFC 3339 says more, and there is room above to count up. */
const highestGeneration = 253_402_300_799_999;
export const generationField = z
  .int()
  .min(1)
  .max(highestGeneration)
  .transform((n) => n as Generation);
export const timeField = z.iso.datetime();
export const attemptField = z.strictObject({ deployment: deploymentField, local: z.int().min(0) });
export const selectorField = z
  .record(z.string().max(63), z.string().max(63))
  .refine((s) => Object.keys(s).length <= 16, 'at most 16 labels');
export const releaseRefField = z.strictObject({ number: releaseNumberField, digest: digestField });
export const placementField = z.strictObject({ release: releaseRefField, selector: selectorField });
