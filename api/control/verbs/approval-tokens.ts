import { createPublicKey, randomUUID, type KeyObject } from 'node:crypto';
import type { ApprovalVerb } from '../../../domain/approval/approval.ts';
import { isExcluded } from '../../../domain/approval/excluded.ts';
import type { Digest } from '../../../domain/names.ts';
import type { ApprovalBinding } from '../../../domain/plan/plan.ts';
import type { Role } from '../../../domain/states.ts';
import type { ApprovalTokenAnswer } from '../../../protocol/api/approval.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { signApprovalToken, verifyApprovalToken } from '../../../protocol/approval-token.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { DeploymentObject } from './deployment-messages.ts';

export interface TokenRequest {
  readonly person: SignedIn;
  readonly verb: ApprovalVerb;
  /** Of the plan that the person was shown. */
  readonly planDigest: Digest;
  readonly binding: ApprovalBinding | null;
  /** Who may not approve it. */
  readonly excluded: readonly string[];
  /** Roles that it takes: of an approval as its policy says, else as the verb's route does; empty where any does. */
  readonly counting: readonly Role[];
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
    async issue({ person, verb, planDigest, binding, excluded, counting }) {
      if (verb === 'approve' && isExcluded(excluded, person.person))
        throw new ProblemError('own-change', { detail: `${person.person} wrote, pushed or asked for this` });
      const role = roleOf(person, counting);
      if (binding === null)
        throw new ProblemError('state-changed', { detail: 'there is no plan yet that could be agreed to' });
      if (binding.planDigest !== planDigest)
        throw new ProblemError('state-changed', { detail: `the plan is now ${binding.planDigest}` });
      const issued = now();
      const grant = { verb, binding, person: person.person, role, id: randomUUID(), now: issued, expiresMs: lifeMs };
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

/**
 * The strongest of the person's roles that the policy names: an approval in another would be taken, and count for nothing.
 * @throws ProblemError `not-allowed`
 */
function roleOf({ person, roles }: SignedIn, counting: readonly Role[]): Role {
  const own = strongestFirst.filter((role) => roles.includes(role));
  const role = own.find((each) => counting.length === 0 || counting.includes(each));
  if (role !== undefined) return role;
  const needed = own.length === 0 ? `${person} has no role` : `${person} needs the role ${counting.join(' or ')}`;
  throw new ProblemError('not-allowed', { detail: needed });
}

const strongestFirst: readonly Role[] = ['release-owner', 'deployer'];
