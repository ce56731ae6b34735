import type { Goal } from '../../domain/goal/goal.ts';
import { matches } from '../../domain/goal/selection.ts';
import { ownService } from '../../domain/host/own-service.ts';
import type { TakenGoal } from '../../domain/host/service-state.ts';
import type { HostId, RegionName } from '../../domain/names.ts';
import { admissionSchema, admissionType } from '../../protocol/admission.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import { verifyDocument, type Envelope } from '../../protocol/dsse.ts';
import type { OfferedGoal } from '../../protocol/gateway.ts';
import { goalSchema, goalType } from '../../protocol/goal.ts';
import { positionOf } from '../../protocol/position.ts';
import type { TrustedKeys } from '../../protocol/root-document.ts';

/** Who this host is, and whom it believes. */
export interface GoalVerifier {
  readonly host: HostId;
  readonly region: RegionName;
  readonly keys: TrustedKeys;
}

export type VerifiedOffer =
  | { readonly ok: true; readonly goal: TakenGoal }
  /** One sentence for the report. */
  | { readonly ok: false; readonly reason: string };

/** What the region says of this host with each answer: no secret, and not signed. */
export interface HostInRegion {
  readonly labels: Record<string, string>;
  readonly maintenance: boolean;
}

/**
 * Checks an offered goal before anything of it counts: signed by this region's director, of this region and of the
 * service that it is offered for. Whether it is too old is for the host's memory to say, and when it expires for the clock.
 */
export function verifyGoal(
  offer: OfferedGoal,
  { labels, maintenance }: HostInRegion,
  verifier: GoalVerifier,
): VerifiedOffer {
  const { host, region, keys } = verifier;
  const director = keys.directors.get(region);
  if (director === undefined) return refuse(`the root document names no director of ${region}`);
  const verified = verifyDocument(offer.goal, goalType, [director]);
  if (!verified.ok) return refuse(`the goal is not signed by the director of ${region} (${verified.reason})`);
  const parsed = goalSchema.safeParse(verified.payload);
  if (!parsed.success)
    return refuse(`the goal is malformed at ${parsed.error.issues[0]?.path.join('.') ?? 'its root'}`);
  const { format: _format, ...document } = parsed.data;
  const goal: Goal = document;
  if (goal.region !== region) return refuse(`the goal is for region ${goal.region}`);
  if (goal.service !== offer.service) return refuse(`the goal is for service ${goal.service}`);
  const etag = digestOf(canonicalJson(offer.goal));
  if (offer.etag !== etag) return refuse('the goal was offered under the digest of another one');
  const admittedReleases = offer.admissions.flatMap((envelope) => admittedRelease(envelope, goal, verifier) ?? []);
  const next = goal.next?.release.digest;
  return {
    ok: true,
    goal: {
      goal,
      contentDigest: contentDigest(goal),
      admitted: next !== undefined && admittedReleases.some(({ release }) => release === next),
      admittedReleases,
      position: positionOf(goal.service, goal.attempt.deployment, host),
      selected: {
        base: goal.base !== null && matches(goal.base.selector, labels),
        next: goal.next !== null && matches(goal.next.selector, labels),
      },
      // Who looks after a host in maintenance goes on.
      ...(maintenance && goal.service !== ownService && { maintenance }),
      etag,
      expiresAtMs: Date.parse(goal.expiresAt),
      traceparent: offer.traceparent,
      signed: offer.goal,
    },
  };
}

/**
 * The release that an admission admits here; null when it says nothing for this goal. Only those that the director lists
 * count: one that was taken back must not return through whoever carries the goal; nor does one that the root document revokes.
 */
function admittedRelease(
  envelope: Envelope,
  goal: Goal,
  { region, keys }: GoalVerifier,
): TakenGoal['admittedReleases'][number] | null {
  if (!goal.admissions.includes(digestOf(canonicalJson(envelope)))) return null;
  const verified = verifyDocument(envelope, admissionType, [keys.admission]);
  const admission = admissionSchema.safeParse(verified.ok ? verified.payload : undefined);
  if (!admission.success || admission.data.service !== goal.service) return null;
  if (!admission.data.regions.includes(region)) return null;
  const release = admission.data.release.digest;
  return keys.revoked.has(release) ? null : { release, config: admission.data.config };
}

/** Of all that re-signing may not change: one generation has one such content. */
function contentDigest(goal: Goal): TakenGoal['contentDigest'] {
  const { issuedAt: _issuedAt, expiresAt: _expiresAt, ...content } = goal;
  return digestOf(canonicalJson(content));
}

const refuse = (reason: string): VerifiedOffer => ({ ok: false, reason });
