import { requestKey } from '../../../domain/lane/request-key.ts';
import type { ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { currentTraceparent } from '../../../infra/telemetry/trace-context.ts';
import type { DeployAnswer } from '../../../protocol/api/deployment.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers, RouteRequest } from '../../http/typed-routes.ts';
import type { DialogObject, Dialogs } from '../dialogs/dialogs.ts';
import { refuseFrozen, type FrozenParts } from '../fleet/refuse-frozen.ts';
import { deploymentParameter, serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import { deployAnswer } from './deploy-answer.ts';
import type { LaneMessages } from './lane-messages.ts';
import { redeployed, retried, whyNoRetry, whyOnItsWay, type OnceMore } from './once-more.ts';

export interface ReopenParts extends Omit<FrozenParts, 'projection'> {
  readonly projection: Projection;
  readonly lanes: Pick<LaneMessages, 'submit'>;
  readonly dialogs: Pick<Dialogs, 'requireUnmoved'>;
}

interface Again extends OnceMore {
  readonly key: string;
  /** `retry of checkout/87` */
  readonly what: string;
  readonly about: Pick<DialogObject, 'verb' | 'deployment'>;
}

/** A release once more, by a deployment of its own. */
export function reopenHandlers({
  projection,
  lanes,
  dialogs,
  ...frozen
}: ReopenParts): Pick<RouteHandlers, 'retry' | 'redeploy'> {
  const submit = async (
    { key, what, about, ...brought }: Again,
    { person, body }: Pick<RouteRequest<'retry'>, 'person' | 'body'>,
  ): Promise<DeployAnswer> => {
    const { service, release, kind, regions } = brought;
    const taken = (): Promise<boolean> => projection.knowsRequest(service, key);
    await dialogs.requireUnmoved(person, { ...about, service, queue: body.queue }, body.dialog, taken);
    const onItsWay = await whyOnItsWay(projection, brought);
    if (onItsWay !== null && !(await taken())) throw new ProblemError('refused', { ...onItsWay });
    if (!body.queue) await refuseFrozen({ ...frozen, projection }, { service, release, regions }, taken);
    const reason = (body.reason ? `${what}: ${body.reason}` : what).slice(0, 500);
    const source = { from: 'person', person: person.person, release, reason, ...(regions && { regions }) } as const;
    const request = { key, service, kind, source, traceparent: currentTraceparent() };
    // What was opened once is not refused for a lock that came since, whatever its lane remembers.
    const answer = await lanes.submit(request, body.queue || (await taken()));
    if (answer.outcome === 'refused')
      throw new ProblemError(answer.code, { detail: answer.message, ...insteadOf(answer.code, service, release) });
    return deployAnswer(service, answer);
  };
  return {
    async retry(request) {
      const { person, parameters, key: given } = request;
      const service = serviceParameter(parameters);
      const number = deploymentParameter(parameters);
      const tried = await projection.findDeployment(service, number);
      const name = deploymentReference(service, number);
      if (tried === null) throw new ProblemError('not-found', { detail: `there is no deployment ${name}` });
      const why = whyNoRetry(tried);
      if (why !== null) throw new ProblemError('refused', { ...why });
      const key = requestKey('retry', person.person, `${number}:${given}`);
      const about = { verb: 'retry', deployment: number } as const;
      return submit({ ...retried(tried), service, key, what: `retry of ${name}`, about }, request);
    },
    async redeploy(request) {
      const { person, parameters, key: given } = request;
      const brought = await redeployed(projection, serviceParameter(parameters));
      const key = requestKey('redeploy', person.person, given);
      return submit({ ...brought, key, what: 'redeploy of what runs', about: { verb: 'redeploy' } }, request);
    },
  };
}

/** Neither can be told to go all the same: who insists names the release. */
const insteadOf = (code: string, service: ServiceName, release: ReleaseNumber): { readonly next?: string } =>
  code !== 'release-reverted'
    ? {}
    : {
        next: `Deploy a release that has the revert, or that one: slipway deploy ${service}@${release} --although-reverted`,
      };
