import { currentTraceparent } from '../../../infra/telemetry/trace-context.ts';
import { requestKey } from '../../../domain/lane/request-key.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { BodyOf } from '../../../protocol/api/routes.ts';
import type { Accepted } from '../../../workflows/messages/lane.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import type { LaneMessages } from './lane-messages.ts';

type LaneHandlers = Pick<RouteHandlers, 'deploy' | 'rollback' | 'lock' | 'unlock'>;

/** Verbs on a service: each becomes an Update of its lane. */
export function laneHandlers(projection: Projection, lanes: LaneMessages): LaneHandlers {
  return {
    async deploy({ person, parameters, body, key }) {
      const service = await existing(projection, serviceParameter(parameters));
      const release = body.release ?? (await newestRelease(projection, service));
      const source = { from: 'person', person: person.person, release, reason: body.reason ?? null } as const;
      const answer = await lanes.submit(
        {
          key: requestKey('deploy', person.person, key),
          service,
          kind: body.kind,
          source,
          traceparent: currentTraceparent(),
        },
        body.queue,
      );
      if (answer.outcome === 'refused') throw new ProblemError(answer.code, { detail: answer.message });
      const { deployment, ahead, lock, outcome } = answer;
      refuseReusedKey(body, service, answer);
      return {
        deployment: deploymentReference(service, deployment),
        number: deployment,
        repeated: outcome === 'repeated',
        ahead,
        lock,
      };
    },
    async rollback({ person, parameters, body, key }) {
      const service = await existing(projection, serviceParameter(parameters));
      const message = {
        by: person.person,
        reason: body.reason ?? '',
        key: requestKey('rollback', person.person, key),
        traceparent: currentTraceparent(),
      };
      const answer = await lanes.rollback(service, message);
      if (answer.outcome === 'refused') throw new ProblemError(answer.code, { detail: answer.message });
      return {
        outcome: answer.outcome === 'undoing' ? 'undoing' : 'started',
        deployment: deploymentReference(service, answer.deployment),
        number: answer.deployment,
        repeated: answer.outcome === 'repeated',
      };
    },
    async lock({ person, parameters, body, key }) {
      const service = await existing(projection, serviceParameter(parameters));
      await lanes.lock(service, {
        by: person.person,
        reason: body.reason,
        key: requestKey('lock', person.person, key),
      });
      return laneOf(projection, service);
    },
    async unlock({ person, parameters, body, key }) {
      const service = await existing(projection, serviceParameter(parameters));
      await lanes.unlock(service, {
        by: person.person,
        reason: body.reason,
        key: requestKey('unlock', person.person, key),
      });
      return laneOf(projection, service);
    },
  };
}

/**
 * Lanes know a request by its key alone, so what the key stands for is compared here. A repeat that left the release
 * open may find a newer one by now, and is the same request all the same.
 * @throws ProblemError `key-reused`
 */
function refuseReusedKey(asked: BodyOf<'deploy'>, service: ServiceName, answer: Accepted): void {
  const { deployment, kind, release } = answer;
  if (kind === asked.kind && (asked.release === undefined || asked.release === release)) return;
  const detail = `it was used for ${deploymentReference(service, deployment)}, a ${kind} of release ${release}`;
  throw new ProblemError('key-reused', { detail });
}

const existing = async (projection: Projection, service: ServiceName): Promise<ServiceName> =>
  (await laneOf(projection, service)).service;

/** @throws ProblemError `not-found` */
async function laneOf(projection: Projection, service: ServiceName): Promise<Lane> {
  const lane = await projection.findLane(service);
  if (lane === null) throw new ProblemError('not-found', { detail: `there is no service ${service}` });
  return lane;
}

async function newestRelease(projection: Projection, service: ServiceName) {
  const release = await projection.newestReadyRelease(service);
  if (release === null) throw new ProblemError('release-not-found', { detail: `no release of ${service} is ready` });
  return release;
}
