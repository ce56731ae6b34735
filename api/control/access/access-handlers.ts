import { whyMayNotGrant, whyNotRevoked } from '../../../domain/access/may-grant.ts';
import { rightText, type Right } from '../../../domain/access/right.ts';
import { whyNoReview } from '../../../domain/approval/break-glass.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { deploymentParameter, serviceParameter } from '../reads/parameters.ts';
import type { Dialogs } from '../dialogs/dialogs.ts';
import type { Projection } from '../reads/projection.ts';
import type { AccessRecords } from './access-records.ts';
import { chosenGlass } from './chosen-glass.ts';
import { granterOf, mayNotGrant, type GranterParts } from './granter.ts';

type AccessHandlers = Pick<RouteHandlers, 'listGrants' | 'grant' | 'revoke' | 'listReviews' | 'review'>;

/** Who may do what, and what another person says of glass that was broken. */
export function accessHandlers(
  access: AccessRecords,
  projection: Pick<Projection, 'listOwners'>,
  dialogs: Pick<Dialogs, 'requireUnmoved'>,
): AccessHandlers {
  return {
    listGrants: () => access.list(),
    async grant({ person, body, key }) {
      await requireGranter({ access, projection }, person, body);
      const outcome = await access.grant(body, { person: person.person, key });
      if (outcome === 'absent')
        throw new ProblemError('not-found', { detail: `there is no service ${serviceOf(body)}` });
      if (outcome === 'key-reused') throw keyReused();
      return { right: rightText(body), changed: outcome === 'granted' };
    },
    async revoke({ person, body, key }) {
      await requireGranter({ access, projection }, person, body);
      const by = { person: person.person, key };
      const revoked = await access.revoke(body, by, (operators) => whyNotRevoked(operators, body));
      if (revoked.outcome === 'refused') throw new ProblemError('not-allowed', { detail: revoked.reason });
      if (revoked.outcome === 'key-reused') throw keyReused();
      const { outcome, still } = revoked;
      return { right: rightText(body), changed: outcome === 'revoked', ...(still.length > 0 && { still: [...still] }) };
    },
    listReviews: () => access.listReviews(),
    async review({ person, parameters, body, key }) {
      const service = serviceParameter(parameters);
      const deployment = deploymentParameter(parameters);
      const name = deploymentReference(service, deployment);
      const broken = await access.brokenGlass(service, deployment);
      const at = chosenGlass(broken, body.stage, name);
      const { verdict, reason } = body;
      const about = { verb: 'review', service, deployment, stage: at.stage ?? '' } as const;
      const send = () =>
        access.review({ service, deployment, stage: at.stage }, verdict, reason, { person: person.person, key });
      const isRepeat = at.review !== 'wanted' && (await send()) === 'repeated';
      const why = isRepeat ? null : whyNoReview(at, person.person);
      if (why !== null) throw new ProblemError('refused', { detail: why });
      if (!isRepeat) await dialogs.requireUnmoved(person, about, body.dialog, async () => false);
      if (!isRepeat && (await send()) === 'late')
        throw new ProblemError('refused', { detail: `${name} was reviewed meanwhile` });
      const done = body.verdict === 'accept' ? 'accepts' : 'objects to';
      return { deployment: name, message: `${person.person} ${done} what was broken for ${name}: ${body.reason}` };
    },
  };
}

const keyReused = (): ProblemError => new ProblemError('key-reused', { detail: 'it was used to change another right' });

const serviceOf = (right: Right): ServiceName | null => (right.kind === 'member' ? null : right.service);

/** @throws ProblemError `not-allowed` */
async function requireGranter(parts: GranterParts, person: SignedIn, right: Right): Promise<void> {
  const by = await granterOf(parts, person, serviceOf(right));
  const why = whyMayNotGrant(by, right);
  if (why !== null) throw mayNotGrant(why, by);
}
