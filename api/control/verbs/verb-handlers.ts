import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers, RouteRequest } from '../../http/typed-routes.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { VerbAnswer } from '../../../protocol/api/deployment.ts';
import { deploymentParameter, serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import type { ApprovalTokens } from './approval-tokens.ts';
import type { DeploymentMessages, DeploymentObject, MessageArguments } from './deployment-messages.ts';

type VerbHandlers = Pick<
  RouteHandlers,
  'approvalToken' | 'approve' | 'reject' | 'pause' | 'resume' | 'abort' | 'endUndo'
>;

/** Verbs on one deployment: each becomes an Update of its workflow, with the Idempotency-Key as its id. */
export function verbHandlers(
  projection: Projection,
  deployments: DeploymentMessages,
  tokens: ApprovalTokens,
): VerbHandlers {
  const send = async <Verb extends keyof MessageArguments>(
    object: DeploymentObject,
    verb: Verb,
    message: MessageArguments[Verb],
    key: string,
  ): Promise<VerbAnswer> => {
    await requireOpen(projection, object);
    const answer = await deployments.send(object, verb, message, key);
    if (!answer.accepted) throw new ProblemError('refused', { detail: answer.message });
    return { deployment: deploymentReference(object.service, object.number), message: answer.message };
  };
  const byPerson = ({ person, body }: { person: { person: string }; body: { reason?: string | undefined } }) => ({
    by: person.person,
    reason: body.reason ?? '',
  });
  return {
    async approvalToken({ person, parameters, body }) {
      const object = objectOf(parameters);
      const stored = await requireOpen(projection, object);
      const { binding } = await deployments.status(object);
      return tokens.issue({ person, verb: body.verb, planDigest: body.planDigest, binding, source: stored.source });
    },
    approve: async (request) =>
      send(objectOf(request.parameters), 'approve', await verified(tokens, request, 'approve'), request.key),
    resume: async (request) =>
      send(objectOf(request.parameters), 'resume', await verified(tokens, request, 'resume'), request.key),
    endUndo: async (request) =>
      send(objectOf(request.parameters), 'endUndo', await verified(tokens, request, 'end-undo'), request.key),
    reject: (request) => send(objectOf(request.parameters), 'reject', byPerson(request), request.key),
    pause: (request) => send(objectOf(request.parameters), 'pause', byPerson(request), request.key),
    abort: (request) =>
      send(objectOf(request.parameters), 'abort', { ...byPerson(request), hold: request.body.hold }, request.key),
  };
}

const objectOf = (parameters: Readonly<Record<string, string>>): DeploymentObject => ({
  service: serviceParameter(parameters),
  number: deploymentParameter(parameters),
});

async function verified(
  tokens: ApprovalTokens,
  { person, body }: RouteRequest<'approve' | 'resume' | 'endUndo'>,
  verb: 'approve' | 'resume' | 'end-undo',
): Promise<{ token: string }> {
  await tokens.check(body.token, verb, person.person);
  return { token: body.token };
}

/** @throws ProblemError that says how it ended, when it has. */
async function requireOpen(projection: Projection, { service, number }: DeploymentObject) {
  const stored = await projection.findDeployment(service, number);
  const name = deploymentReference(service, number);
  if (stored === null) throw new ProblemError('not-found', { detail: `there is no deployment ${name}` });
  if (stored.outcome !== null) throw new ProblemError('refused', { detail: `${name} is over: ${stored.outcome}` });
  return stored;
}
