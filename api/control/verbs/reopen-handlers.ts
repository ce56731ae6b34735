import { whyNotRetried } from '../../../domain/history/reopen.ts';
import { requestKey } from '../../../domain/lane/request-key.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { currentTraceparent } from '../../../infra/telemetry/trace-context.ts';
import type { DeployAnswer } from '../../../protocol/api/deployment.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers, RouteRequest } from '../../http/typed-routes.ts';
import { refuseFrozen, type FrozenParts } from '../fleet/refuse-frozen.ts';
import { deploymentParameter, serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import { deployAnswer } from './deploy-answer.ts';
import type { LaneMessages } from './lane-messages.ts';

interface Again {
  readonly service: ServiceName;
  readonly key: string;
  readonly release: ReleaseNumber;
  readonly kind: 'rollout' | 'roll-forward';
  /** `retry of checkout/87` */
  readonly what: string;
  /** Only there, as before. */
  readonly regions?: readonly RegionName[] | undefined;
}

/** A release once more, by a deployment of its own. */
export function reopenHandlers(
  projection: Projection,
  lanes: Pick<LaneMessages, 'submit'>,
  frozen: Omit<FrozenParts, 'projection'>,
): Pick<RouteHandlers, 'retry' | 'redeploy'> {
  const submit = async (
    { service, key, release, kind, what, regions }: Again,
    { person: { person }, body }: Pick<RouteRequest<'retry'>, 'person' | 'body'>,
  ): Promise<DeployAnswer> => {
    await requireIdle(projection, { service, release, regions }, key);
    const taken = (): Promise<boolean> => projection.knowsRequest(service, key);
    if (!body.queue) await refuseFrozen({ ...frozen, projection }, { service, release, regions }, taken);
    const reason = (body.reason ? `${what}: ${body.reason}` : what).slice(0, 500);
    const source = { from: 'person', person, release, reason, ...(regions && { regions }) } as const;
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
      const why = whyNotRetried(tried);
      if (why !== null) throw new ProblemError('refused', { detail: why });
      const kind = tried.kind === 'roll-forward' ? tried.kind : 'rollout';
      const key = requestKey('retry', person.person, `${number}:${given}`);
      const regions = tried.source.from === 'person' ? tried.source.regions : undefined;
      return submit({ service, key, release: tried.release, kind, what: `retry of ${name}`, regions }, request);
    },
    async redeploy(request) {
      const service = serviceParameter(request.parameters);
      const shown = await projection.findService(service);
      if (shown === null) throw new ProblemError('not-found', { detail: `there is no service ${service}` });
      const { currentRelease: release } = shown;
      if (release === null)
        throw new ProblemError('refused', { detail: `${service} runs nothing yet`, next: 'Deploy a release.' });
      const key = requestKey('redeploy', request.person.person, request.key);
      return submit({ service, key, release, kind: 'rollout', what: 'redeploy of what runs' }, request);
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

/**
 * One is enough, if it goes wherever this one would; a repeat of the request that opened it gets its answer.
 *
 * @throws ProblemError `refused`
 */
async function requireIdle(
  projection: Pick<Projection, 'findLane' | 'findDeployment' | 'knowsRequest'>,
  { service, release, regions }: Pick<Again, 'service' | 'release' | 'regions'>,
  key: string,
): Promise<void> {
  const lane = await projection.findLane(service);
  const open = lane === null ? [] : [...(lane.active === null ? [] : [lane.active]), ...lane.queue];
  for (const same of open.filter((entry) => entry.release === release && entry.kind !== 'rollback')) {
    const source = (await projection.findDeployment(service, same.number))?.source;
    const only = source?.from === 'person' ? source.regions : undefined;
    if (only !== undefined && !regions?.every((region) => only.includes(region))) continue;
    if (await projection.knowsRequest(service, key)) return;
    const detail = `${same.deployment} brings ${service}@${release} already`;
    throw new ProblemError('refused', { detail, next: `Follow it: slipway watch ${same.deployment}` });
  }
}
