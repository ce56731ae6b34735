import { requestKey } from '../../../domain/lane/request-key.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers, RouteRequest } from '../../http/typed-routes.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { VerbAnswer } from '../../../protocol/api/deployment.ts';
import { deploymentParameter, serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import type { ApprovalTokens } from './approval-tokens.ts';
import type { DeploymentMessages, DeploymentObject, MessageArguments } from './deployment-messages.ts';
import type { LaneMessages } from './lane-messages.ts';

type VerbHandlers = Pick<
  RouteHandlers,
  'approvalToken' | 'approve' | 'reject' | 'pause' | 'resume' | 'abort' | 'endUndo'
>;

/** Verbs on one deployment: each becomes an Update of its workflow, with the Idempotency-Key as its id. */
export function verbHandlers(
  projection: Projection,
  deployments: DeploymentMessages,
  lanes: Pick<LaneMessages, 'withdraw'>,
  tokens: ApprovalTokens,
): VerbHandlers {
  const send = async <Verb extends keyof MessageArguments>(
    object: DeploymentObject,
    verb: Verb,
    message: MessageArguments[Verb],
    { person, key }: Pick<RouteRequest<Verb>, 'person' | 'key'>,
  ): Promise<VerbAnswer> => {
    await requireOpen(projection, object);
    const answer = await deployments.send(object, verb, message, requestKey(verb, person.person, key));
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
      await requireOpen(projection, object);
      const { binding, excluded } = await deployments.status(object);
      return tokens.issue({ person, verb: body.verb, planDigest: body.planDigest, binding, excluded });
    },
    approve: async (request) =>
      send(objectOf(request.parameters), 'approve', await verified(tokens, request, 'approve'), request),
    resume: async (request) =>
      send(objectOf(request.parameters), 'resume', await verified(tokens, request, 'resume'), request),
    endUndo: async (request) =>
      send(objectOf(request.parameters), 'endUndo', await verified(tokens, request, 'end-undo'), request),
    reject: (request) => send(objectOf(request.parameters), 'reject', byPerson(request), request),
    pause: (request) => send(objectOf(request.parameters), 'pause', byPerson(request), request),
    async abort(request) {
      const object = objectOf(request.parameters);
      const message = { ...byPerson(request), hold: request.body.hold };
      const { state } = await requireOpen(projection, object);
      const abort = (): Promise<VerbAnswer> => send(object, 'abort', message, request);
      if (state !== 'queued') return abort();
      // First, though it mostly waits in the queue: the way out of one that has begun must not depend on its lane.
      return (
        (await abort().catch(unlessRefused)) ?? (await withdraw(lanes, object, message, request.key)) ?? (await abort())
      );
    },
  };
}

const objectOf = (parameters: Readonly<Record<string, string>>): DeploymentObject => ({
  service: serviceParameter(parameters),
  number: deploymentParameter(parameters),
});

/** What waits in the queue has no workflow to abort; `null` when it has begun, which only its lane knows for certain. */
async function withdraw(
  lanes: Pick<LaneMessages, 'withdraw'>,
  { service, number }: DeploymentObject,
  { by, reason }: MessageArguments['abort'],
  key: string,
): Promise<VerbAnswer | null> {
  const message = { deployment: number, by, reason, key: requestKey('withdraw', by, key) };
  const { outcome } = await lanes.withdraw(service, message);
  const deployment = deploymentReference(service, number);
  return outcome === 'withdrawn' ? { deployment, message: `${deployment} was taken out of the queue` } : null;
}

function unlessRefused(error: unknown): null {
  if (error instanceof ProblemError && error.code === 'refused') return null;
  throw error;
}

async function verified(
  tokens: ApprovalTokens,
  { person, parameters, body }: RouteRequest<'approve' | 'resume' | 'endUndo'>,
  verb: 'approve' | 'resume' | 'end-undo',
): Promise<{ token: string }> {
  await tokens.check(body.token, { verb, person: person.person, object: objectOf(parameters) });
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
