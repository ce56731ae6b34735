import type { ApprovalVerb } from '../../../domain/approval/approval.ts';
import { notAsked } from '../../../domain/approval/not-asked.ts';
import type { Digest, RegionName } from '../../../domain/names.ts';
import { requestKey } from '../../../domain/lane/request-key.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers, RouteRequest } from '../../http/typed-routes.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { VerbAnswer } from '../../../protocol/api/deployment.ts';
import type { DeploymentStatus } from '../../../workflows/messages/deployment.ts';
import type { Dialogs } from '../dialogs/dialogs.ts';
import { deploymentParameter, serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import type { ApprovalTokens } from './approval-tokens.ts';
import type { DeploymentMessages, DeploymentObject, MessageArguments } from './deployment-messages.ts';
import type { LaneMessages } from './lane-messages.ts';
import { whyMayNotReject } from './reject-rights.ts';

type VerbHandlers = Pick<
  RouteHandlers,
  | 'approvalToken'
  | 'approve'
  | 'breakGlass'
  | 'reject'
  | 'pause'
  | 'resume'
  | 'promote'
  | 'skipRegion'
  | 'abort'
  | 'endUndo'
>;

export interface VerbParts {
  readonly projection: Projection;
  readonly deployments: DeploymentMessages;
  readonly lanes: Pick<LaneMessages, 'withdraw'>;
  readonly dialogs: Dialogs;
  readonly tokens: ApprovalTokens;
}

/** Verbs on one deployment: each becomes an Update of its workflow, with the Idempotency-Key as its id. */
export function verbHandlers({ projection, deployments, lanes, dialogs, tokens }: VerbParts): VerbHandlers {
  const send = async <Verb extends keyof MessageArguments>(
    object: DeploymentObject,
    verb: Verb,
    message: MessageArguments[Verb],
    { person, key }: Pick<RouteRequest<Verb>, 'person' | 'key'>,
  ): Promise<VerbAnswer> => {
    const { outcome } = await existing(projection, object);
    const id = requestKey(verb, person.person, key);
    // The message may be what it ended by: its repeat gets the same answer.
    const before = outcome === null ? null : await deployments.answered(object, id);
    if (before === null) requireOpen(object, outcome);
    const answer = before ?? (await deployments.send(object, verb, message, id));
    if (!answer.accepted) throw new ProblemError('refused', { detail: answer.message });
    return { deployment: deploymentReference(object.service, object.number), message: answer.message };
  };
  /** As `send`, if it still means what the person was shown. */
  const sendShown = async <Verb extends keyof typeof offeredAs>(
    verb: Verb,
    message: MessageArguments[Verb],
    request: Pick<RouteRequest<Verb>, 'person' | 'parameters' | 'key'> & { readonly body: Shown },
  ): Promise<VerbAnswer> => {
    const { person, parameters, key, body } = request;
    const object = objectOf(parameters);
    const id = requestKey(verb, person.person, key);
    const { region } = body;
    const about = { verb: offeredAs[verb], service: object.service, deployment: object.number, region };
    const wasTaken = async () => (await deployments.answered(object, id)) !== null;
    await dialogs.requireUnmoved(person, about, body.dialog, wasTaken);
    return send(object, verb, message, { person, key });
  };
  const byPerson = ({ person, body }: { person: { person: string }; body: { reason?: string | undefined } }) => ({
    by: person.person,
    reason: body.reason ?? '',
  });
  return {
    async approvalToken({ person, parameters, body }) {
      const object = objectOf(parameters);
      const { outcome, state } = await existing(projection, object);
      requireOpen(object, outcome);
      const { excluded, ...status } = await deployments.status(object);
      if (body.verb === 'approve') requireAsked(object, state, status);
      const { binding: ofPlan, policy } = await askedOf(projection, body.verb, status);
      const { region, ...asked } = body;
      const about = { ...regionOf(body.verb, region), ...stageOf(body.verb, status), ...waitOf(body.verb, status) };
      const binding = ofPlan && { ...ofPlan, ...about };
      return tokens.issue({ person, ...asked, binding, excluded, policy });
    },
    approve: async (request) => sendShown('approve', await verified(tokens, request, 'approve'), request),
    breakGlass: async (request) => sendShown('breakGlass', await verified(tokens, request, 'break-glass'), request),
    resume: async (request) => sendShown('resume', await verified(tokens, request, 'resume'), request),
    async promote(request) {
      const { reason } = request.body;
      return sendShown('promote', { ...(await verified(tokens, request, 'promote')), reason }, request);
    },
    async skipRegion(request) {
      const { reason, region } = request.body;
      const { token } = await verified(tokens, request, 'skip-region');
      return sendShown('skipRegion', { token, region, reason }, request);
    },
    endUndo: async (request) => sendShown('endUndo', await verified(tokens, request, 'end-undo'), request),
    async reject(request) {
      const mayNot = await whyMayNotReject(deployments, request.person, objectOf(request.parameters));
      if (mayNot !== null) throw new ProblemError('not-allowed', { ...mayNot });
      return sendShown('reject', byPerson(request), request);
    },
    pause: (request) => send(objectOf(request.parameters), 'pause', byPerson(request), request),
    async abort(request) {
      const object = objectOf(request.parameters);
      const message = { ...byPerson(request), hold: request.body.hold };
      const { state } = await existing(projection, object);
      const abort = (): Promise<VerbAnswer> => send(object, 'abort', message, request);
      // A repeat of what took it out of the queue gets its answer from the lane, too.
      if (state !== 'queued' && state !== 'cancelled') return abort();
      // First, though it mostly waits in the queue: the way out of one that has begun must not depend on its lane.
      return (
        (await abort().catch(unlessRefused)) ?? (await withdraw(lanes, object, message, request.key)) ?? (await abort())
      );
    },
  };
}

interface Shown {
  /** Digest of the dialog that the person was shown. */
  readonly dialog?: Digest | undefined;
  readonly region?: RegionName | undefined;
}

const offeredAs = {
  approve: 'approve',
  breakGlass: 'break-glass',
  resume: 'resume',
  promote: 'promote',
  skipRegion: 'skip-region',
  endUndo: 'end-undo',
  reject: 'reject',
} as const;

/** What a token is for beside the plan. @throws ProblemError `invalid-request` */
function regionOf(verb: ApprovalVerb, region: RegionName | undefined): { readonly region?: RegionName } {
  if (verb !== 'skip-region') return {};
  if (region !== undefined) return { region };
  throw new ProblemError('invalid-request', {
    detail: 'skip-region is about a region',
    errors: [{ path: 'region', message: 'must be the name of one' }],
  });
}

/** A bake is ended early in the stage that it is in, and no later one's by the same token. */
const stageOf = (verb: ApprovalVerb, { stage }: Pick<DeploymentStatus, 'stage'>): { readonly stage?: string } =>
  verb === 'promote' && stage !== null ? { stage } : {};

/** What waits now is what is agreed to. A workflow of the version before doesn't say, and binds it to the plan only. */
function waitOf(verb: ApprovalVerb, { waits }: Pick<DeploymentStatus, 'waits'>): { readonly wait?: string } {
  const wait = verb === 'resume' || verb === 'end-undo' ? waits?.[verb] : null;
  return wait ? { wait } : {};
}

type Standing = NonNullable<Awaited<ReturnType<Projection['findStanding']>>>;

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
  // A lane holds many deployments, and a key may be sent about each of them.
  const message = { deployment: number, by, reason, key: requestKey('withdraw', by, `${number}:${key}`) };
  const answer = await lanes.withdraw(service, message).catch(unlessRefused);
  const deployment = deploymentReference(service, number);
  return answer?.outcome === 'withdrawn' ? { deployment, message: `${deployment} was taken out of the queue` } : null;
}

function unlessRefused(error: unknown): null {
  if (error instanceof ProblemError && error.code === 'refused') return null;
  throw error;
}

async function verified(
  tokens: ApprovalTokens,
  {
    person,
    parameters,
    body,
  }: RouteRequest<'approve' | 'breakGlass' | 'resume' | 'promote' | 'skipRegion' | 'endUndo'>,
  verb: ApprovalVerb,
): Promise<{ token: string }> {
  await tokens.check(body.token, { verb, person: person.person, object: objectOf(parameters) });
  return { token: body.token };
}

/** What a token of this verb has to name, and whose counts. A workflow of the version before doesn't say whom it asks. */
async function askedOf(
  projection: Pick<Projection, 'findSpec'>,
  verb: ApprovalVerb,
  { binding, asked }: Pick<DeploymentStatus, 'binding' | 'asked'>,
) {
  if (verb !== 'approve' && verb !== 'break-glass') return { binding, policy: null };
  if (asked) return asked;
  const spec = binding === null ? null : await projection.findSpec(binding.service, binding.release.number);
  return { binding, policy: spec?.approve ?? null };
}

/** @throws ProblemError `not-found` */
async function existing(projection: Projection, { service, number }: DeploymentObject): Promise<Standing> {
  const stored = await projection.findStanding(service, number);
  if (stored !== null) return stored;
  throw new ProblemError('not-found', { detail: `there is no deployment ${deploymentReference(service, number)}` });
}

/** Before its role: no role would help. @throws ProblemError when its plan stands and nobody is asked to agree to it now */
function requireAsked(
  { service, number }: DeploymentObject,
  state: Standing['state'],
  { asked, binding }: Pick<DeploymentStatus, 'asked' | 'binding'>,
): void {
  if (asked !== null || binding === null) return;
  throw new ProblemError('refused', { detail: notAsked(deploymentReference(service, number), state) });
}

/** @throws ProblemError that says how it ended, when it has. */
function requireOpen({ service, number }: DeploymentObject, outcome: Standing['outcome']): void {
  if (outcome === null) return;
  throw new ProblemError('refused', { detail: `${deploymentReference(service, number)} is over: ${outcome}` });
}
