import { z } from 'zod';
import { releaseNumberField, serviceField, timeField } from '../fields.ts';
import { deploymentSummarySchema } from './deployment.ts';
import { laneSchema } from './lane.ts';
import { holderField } from './holder.ts';
import { pageOf } from './page.ts';
import { personField } from './people.ts';
import { serviceHostsSchema } from './region.ts';
import { whySchema } from './why.ts';

const folderField = z
  .string()
  .min(1)
  .max(500)
  .refine((folder) => folder === '.' || /^[^/\\\0]+(\/[^/\\\0]+)*$/.test(folder), 'must be a relative path or "."')
  .refine(
    (folder) => folder === '.' || !folder.split('/').some((part) => part === '.' || part === '..'),
    'must not hold "." or ".."',
  );

/**
 * What Git allows in a branch's name, as far as Slipway relies on it: the name is part of a delivery key, between colons.
 * The length keeps that key below the 1,000 bytes that Temporal allows in an id, in any alphabet.
 */
const branchField = z
  .string()
  .min(1)
  .max(244)
  .refine((branch) => !/[\s:~^?*[\\\p{Cc}]|\.\./u.test(branch), 'must be the name of a branch, such as main');

/**
 * It is kept in the audit and in every history, and is an argument of git: whoever may read those would have the
 * password. A user without one is left, as `ssh://git@…` needs it; over http it is most often a token.
 */
const cloneUrlField = z
  .string()
  .min(1)
  .max(1000)
  .refine(
    (url) => !/https?:\/\/.*@/i.test(url) && !/\/\/[^/@]*:[^/]*@/.test(url),
    'must hold no user, password or token: the build worker finds them in the file of SLIPWAY_GIT_CREDENTIALS',
  );

/** `PUT /v1/services/:service`: adds a service or changes where it comes from. */
export const serviceSettingsSchema = z.strictObject({
  /** As the code review names it: `acme/checkout`. */
  repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be owner/name'),
  cloneUrl: cloneUrlField,
  /** Folder of `slipway.yaml` below the repository's root. */
  folder: folderField.default('.'),
  /** Merges into this branch are deployed. */
  branch: branchField.default('main'),
  /** Left out: as they are, none of a new service. To change those of a service that is there is to grant or revoke. */
  owners: z.array(holderField).max(50).optional(),
});
export type ServiceSettings = z.infer<typeof serviceSettingsSchema>;

/** What lists show. */
export const serviceSummarySchema = z.object({
  service: serviceField,
  repository: z.string(),
  /** Where the build worker clones it from; it holds no password. */
  cloneUrl: z.string(),
  branch: z.string(),
  folder: z.string(),
  owners: z.array(personField),
  /** The release of the last success; `null` before the first. */
  currentRelease: releaseNumberField.nullable(),
  lane: laneSchema,
  /** The deployment that its lane is at: what runs, else what waits first; `null` when all have ended. */
  active: deploymentSummarySchema.nullable(),
  /** What keeps it: the lock after an undo, a region that does not report; `null` when all is settled. */
  why: whySchema.nullable(),
  /** One per region where it has run. */
  hosts: z.array(serviceHostsSchema),
  /** When it last changed. */
  changedAt: timeField.nullable(),
});
export type ServiceSummary = z.infer<typeof serviceSummarySchema>;
export const servicePageSchema = pageOf(serviceSummarySchema);
export type ServicePage = z.infer<typeof servicePageSchema>;

/** `GET /v1/services/:service`: its truth and its recent history. */
export const serviceSchema = serviceSummarySchema.extend({
  /** The last ten, newest first. */
  deployments: z.array(deploymentSummarySchema),
  /** Position of the audit when this was read: the event stream goes on from here. */
  sequence: z.int().min(0),
  /** Who has to agree, as its newest release says; `null` before the first was built. */
  policy: z.object({ approval: z.string(), rollout: z.string() }).nullable(),
});
export type Service = z.infer<typeof serviceSchema>;
