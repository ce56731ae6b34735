import { createPublicKey, randomUUID, type KeyObject } from 'node:crypto';
import type { ApprovalVerb } from '../../../domain/approval/approval.ts';
import { howToCount } from '../../../domain/access/how-to-count.ts';
import { howToGetRole } from '../../../domain/access/right.ts';
import { mayApprove, whoMayApprove } from '../../../domain/approval/eligible.ts';
import { isExcluded } from '../../../domain/approval/excluded.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import type { ApprovalBinding } from '../../../domain/plan/plan.ts';
import type { ApprovePolicy } from '../../../domain/spec/service-spec.ts';
import type { Role } from '../../../domain/states.ts';
import type { ApprovalTokenAnswer } from '../../../protocol/api/approval.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { routes } from '../../../protocol/api/routes.ts';
import { signApprovalToken, verifyApprovalToken, type ApprovalClaims } from '../../../protocol/approval-token.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { DeploymentObject } from './deployment-messages.ts';

export interface TokenRequest {
  readonly person: SignedIn;
  readonly verb: ApprovalVerb;
  /** Of the plan that the person was shown. */
  readonly planDigest: Digest;
  /** Which stage the person was shown; `undefined` when nobody said. */
  readonly stage?: string | null | undefined;
  readonly binding: ApprovalBinding | null;
  /** Who may not approve it. */
  readonly excluded: readonly string[];
  /** Whose approval counts; `null` where nobody is asked. */
  readonly policy: ApprovePolicy | null;
  readonly emergency?: ApprovalClaims['emergency'] | undefined;
}

export interface ExpectedToken {
  readonly verb: ApprovalVerb;
  readonly person: string;
  readonly object: DeploymentObject;
}

/** Signed statements of the api: this person, whom it authenticated, wants this (docs/decisions/001). */
export interface ApprovalTokens {
  /** @throws ProblemError `own-change`, `state-changed`, `not-allowed` */
  issue(request: TokenRequest): Promise<ApprovalTokenAnswer>;
  /** @throws ProblemError when the token is none, is another person's, or says another verb or another deployment */
  check(token: string, expected: ExpectedToken): Promise<void>;
}

/**
 * How long a token may be delivered: long enough to paste it into Temporal's Web UI, short enough to be no key. How long
 * the approval then counts is the spec's to say (`approve.expires`).
 */
const lifeMs = 15 * 60_000;

export function approvalTokens(key: KeyObject, now: () => Date): ApprovalTokens {
  const publicKey = createPublicKey(key);
  return {
    async issue({ person, verb, planDigest, stage, binding, excluded, policy, emergency }) {
      if (verb === 'approve' && isExcluded(excluded, person.person))
        throw new ProblemError('own-change', { detail: `${person.person} wrote, pushed or asked for this` });
      const role = roleOf(person, verb, { policy, service: binding?.service ?? null });
      if (binding === null)
        throw new ProblemError('state-changed', { detail: 'there is no plan yet that could be agreed to' });
      if (binding.planDigest !== planDigest)
        throw new ProblemError('state-changed', { detail: `the plan is now ${binding.planDigest}` });
      if (stage !== undefined && stage !== (binding.stage ?? null))
        throw new ProblemError('state-changed', { detail: stageNow(binding) });
      const issued = now();
      const grant = {
        verb,
        binding,
        person: person.person,
        role,
        ...(emergency && { emergency }),
        id: randomUUID(),
        now: issued,
        expiresMs: lifeMs,
      };
      return {
        token: await signApprovalToken(grant, key),
        expiresAt: new Date(issued.getTime() + lifeMs).toISOString(),
      };
    },
    async check(token, { verb, person, object }) {
      const verified = await verifyApprovalToken(token, { verb, key: publicKey, now: now() });
      if (!verified.ok) throw notAllowed(`is ${verified.reason}`);
      const { sub, service, deployment } = verified.claims;
      if (sub !== person) throw notAllowed(`is ${sub}'s, not yours`);
      // A deployment is planned once, so a token for it is for its plan.
      if (service !== object.service || deployment !== object.number)
        throw notAllowed(`is for ${deploymentReference(service, deployment)}`);
    },
  };
}

const notAllowed = (what: string): ProblemError =>
  new ProblemError('not-allowed', {
    detail: `the approval token ${what}`,
    next: 'Ask for a new token and send that one.',
  });

const stageNow = ({ stage }: ApprovalBinding): string =>
  stage === undefined ? 'what is asked now is about no stage' : `what is asked now is about stage ${stage}`;

interface Asked {
  readonly policy: ApprovePolicy | null;
  readonly service: ServiceName | null;
}

/**
 * The strongest of the person's roles that counts: in another it would be taken, and count for nothing. `null` of a member of
 * a team that is asked, who needs none. @throws ProblemError `not-allowed`
 */
function roleOf(person: SignedIn, verb: ApprovalVerb, { policy, service }: Asked): Role | null {
  const { roles, teams = [] } = person;
  const counts = (role: Role): boolean => {
    if (verb !== 'approve') return allowedTo[verb].includes(role);
    return policy === null || mayApprove(policy, { roles: [role], teams: [] });
  };
  const role = strongestFirst.find((each) => roles.includes(each) && counts(each));
  if (role !== undefined) return role;
  if (verb === 'approve' && mayApprove(policy, { roles: [], teams })) return null;
  const wanted = strongestFirst.find(counts) ?? 'release-owner';
  const needed = verb === 'approve' && policy !== null ? whoMayApprove(policy) : wanted;
  throw new ProblemError('not-allowed', {
    detail: `${person.person} needs the role ${needed}`,
    next:
      verb === 'approve' && policy !== null
        ? howToCount(person.person, policy, service)
        : howToGetRole(person.person, wanted, service),
  });
}

const strongestFirst: readonly Role[] = ['release-owner', 'deployer', 'operator'];

const allowedTo: Readonly<Record<Exclude<ApprovalVerb, 'approve'>, readonly Role[]>> = {
  'break-glass': routes.breakGlass.allows,
  resume: routes.resume.allows,
  promote: routes.promote.allows,
  'skip-region': routes.skipRegion.allows,
  'end-undo': routes.endUndo.allows,
};
