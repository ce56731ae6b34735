import { z } from 'zod';
import { reviewVerdicts } from '../../domain/approval/break-glass.ts';
import type { Right } from '../../domain/access/right.ts';
import { roles } from '../../domain/states.ts';
import { deploymentField, digestField, serviceField, teamField, timeField } from '../fields.ts';
import { holderField } from './holder.ts';
import { givenReasonField, personField, roleField } from './people.ts';

/**
 * `POST /v1/grants` and `POST /v1/revocations`: one right. A role, for all services or for one; the ownership of a service, as
 * the role `owner`; or the membership of a person in a team.
 */
export const rightRequestSchema = z
  .strictObject({
    holder: holderField,
    role: z.enum([...roles, 'owner']).optional(),
    /** All of them, if left out. */
    service: serviceField.optional(),
    team: teamField.optional(),
  })
  .transform((written, context): Right => {
    const { holder, role, service = null, team } = written;
    if (role === 'owner' && team === undefined && service !== null) return { kind: 'owner', holder, service };
    if (role !== undefined && role !== 'owner' && team === undefined) return { kind: 'role', holder, role, service };
    if (team !== undefined && role === undefined && service === null) return { kind: 'member', holder, team };
    const message =
      role === 'owner' ? 'owns a service, which must be named' : 'must have a role, or a team and nothing else';
    context.addIssue({ code: 'custom', path: [role === 'owner' ? 'service' : 'role'], message });
    return z.NEVER;
  });
/** As it is sent. */
export type RightRequest = z.input<typeof rightRequestSchema>;

export const rightAnswerSchema = z.object({
  /** `mo is release-owner of checkout` */
  right: z.string(),
  /** False: it was so already. */
  changed: z.boolean(),
  /** Of what was revoked: what gives it all the same, `team:ops is operator of all services`; left out when nothing does. */
  still: z.array(z.string()).optional(),
});
export type RightAnswer = z.infer<typeof rightAnswerSchema>;

/** `GET /v1/grants`: who may do what. */
export const grantListSchema = z.object({
  /** Roles of persons and teams. `by`: who granted it; `null` of a token that came with it. */
  roles: z.array(
    z.object({
      holder: holderField,
      role: roleField,
      service: serviceField.nullable(),
      by: personField.nullable(),
      at: timeField,
    }),
  ),
  teams: z.array(z.object({ team: teamField, members: z.array(personField) })),
  owners: z.array(z.object({ service: serviceField, owners: z.array(holderField) })),
});
export type GrantList = z.infer<typeof grantListSchema>;

/** An approval that people went past. */
export const brokenGlassSchema = z.object({
  /** Which stage began by it; `null`: the release was admitted by it. */
  stage: z.string().nullable(),
  broken: z
    .array(
      z.object({
        person: personField,
        role: roleField,
        reason: z.string(),
        incident: z.string(),
        at: timeField,
      }),
    )
    .readonly(),
  /** `none`: two persons broke it, so nobody is asked. */
  review: z.enum(['none', 'wanted', 'accepted', 'objected']),
  reviewedBy: personField.nullable(),
  reviewedAt: timeField.nullable(),
  reviewReason: z.string().nullable(),
});
export type BrokenGlassShown = z.infer<typeof brokenGlassSchema>;

/** `GET /v1/reviews`: glass that one person broke, and nobody else has looked at yet; oldest first, at most 200. */
export const reviewListSchema = z.object({
  reviews: z.array(
    brokenGlassSchema.extend({ deployment: z.string(), service: serviceField, number: deploymentField }),
  ),
});
export type ReviewList = z.infer<typeof reviewListSchema>;

/** `POST /v1/services/:service/deployments/:deployment/review` */
export const reviewRequestSchema = z.strictObject({
  verdict: z.enum(reviewVerdicts),
  reason: givenReasonField,
  /** Which stage's; left out where the deployment has one to be reviewed. */
  stage: z.string().max(63).nullable().optional(),
  /** Digest of the dialog that was shown. */
  dialog: digestField.optional(),
});
export type ReviewRequest = z.infer<typeof reviewRequestSchema>;
