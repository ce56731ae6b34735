import { createPublicKey, randomUUID, type KeyObject } from 'node:crypto';
import type { ApprovalVerb } from '../../../domain/approval/approval.ts';
import type { Digest } from '../../../domain/names.ts';
import type { ApprovalBinding } from '../../../domain/plan/plan.ts';
import type { Role } from '../../../domain/states.ts';
import type { ApprovalTokenAnswer } from '../../../protocol/api/approval.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { signApprovalToken, verifyApprovalToken } from '../../../protocol/approval-token.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { StoredDeployment } from '../reads/projection.ts';

export interface TokenRequest {
  readonly person: SignedIn;
  readonly verb: ApprovalVerb;
  /** Of the plan that the person was shown. */
  readonly planDigest: Digest;
  readonly binding: ApprovalBinding | null;
  readonly source: StoredDeployment['source'];
}

/** Signed statements of the api: this person, whom it authenticated, wants this (docs/decisions/001). */
export interface ApprovalTokens {
  /** @throws ProblemError `own-change`, `state-changed`, `not-allowed` */
  issue(request: TokenRequest): Promise<ApprovalTokenAnswer>;
  /** @throws ProblemError when the token is none, is another person's, or says another verb */
  check(token: string, verb: ApprovalVerb, person: string): Promise<void>;
}

/** Long enough to paste it into Temporal's Web UI, short enough to be no key. */
const lifeMs = 15 * 60_000;

export function approvalTokens(key: KeyObject, now: () => Date): ApprovalTokens {
  const publicKey = createPublicKey(key);
  return {
    async issue({ person, verb, planDigest, binding, source }) {
      if (verb === 'approve') refuseOwnChange(person.person, source);
      const role = roleOf(person);
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
    async check(token, verb, person) {
      const verified = await verifyApprovalToken(token, { verb, key: publicKey, now: now() });
      if (!verified.ok)
        throw new ProblemError('not-allowed', {
          detail: `the approval token is ${verified.reason}`,
          next: 'Ask for a new token and send that one.',
        });
      if (verified.claims.sub !== person)
        throw new ProblemError('not-allowed', { detail: `the approval token is ${verified.claims.sub}'s, not yours` });
    },
  };
}

function refuseOwnChange(person: string, source: TokenRequest['source']): void {
  const own = source.from === 'merge' ? [source.author, source.pusher] : [source.person];
  if (own.some((name) => name.toLowerCase() === person.toLowerCase()))
    throw new ProblemError('own-change', { detail: `${person} wrote, pushed or asked for this` });
}

/** The strongest that the person has; whether it is enough is the policy's to say. */
function roleOf({ person, roles }: SignedIn): Role {
  const role = roles.includes('release-owner') ? 'release-owner' : roles[0];
  if (role === undefined) throw new ProblemError('not-allowed', { detail: `${person} has no role` });
  return role;
}
