import { currentTraceparent } from '../../../infra/telemetry/trace-context.ts';
import { requestKey } from '../../../domain/lane/request-key.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { DeploymentPlan } from '../../../protocol/api/plan.ts';
import type { BodyOf } from '../../../protocol/api/routes.ts';
import type { Accepted } from '../../../workflows/messages/lane.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import { rightsOf } from './lock-rights.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import type { Dialogs } from '../dialogs/dialogs.ts';
import type { FleetMessages } from '../fleet/fleet-messages.ts';
import { refuseFrozen } from '../fleet/refuse-frozen.ts';
import type { FreezeBook } from '../fleet/freeze-book.ts';
import { deploymentPlan, newestRelease, type PlanParts } from '../plans/deployment-plan.ts';
import { serviceParameter } from '../reads/parameters.ts';
import type { Projection, StoredDeployment } from '../reads/projection.ts';
import { deployAnswer, supersededNames } from './deploy-answer.ts';
import type { LaneMessages } from './lane-messages.ts';
import { requireToCome } from './to-come.ts';

type LaneHandlers = Pick<RouteHandlers, 'deploy' | 'hotfix' | 'rollback' | 'lock' | 'unlock'>;

export interface LaneParts extends PlanParts {
  readonly lanes: LaneMessages;
  readonly book: FreezeBook;
  readonly fleet: FleetMessages;
  readonly dialogs: Dialogs;
  readonly now: () => Date;
}

/** Verbs on a service: each becomes an Update of its lane. */
export function laneHandlers({ lanes, book, fleet, dialogs, now, ...planning }: LaneParts): LaneHandlers {
  const { projection } = planning;
  const isKnown = (service: ServiceName, key: string) => () => projection.knowsRequest(service, key);
  return {
    async deploy({ person, parameters, body, key: given }) {
      const service = await existing(projection, serviceParameter(parameters));
      const key = requestKey('deploy', person.person, given);
      const release = body.release ?? (await newestRelease(projection, service));
      const taken = isKnown(service, key);
      const { kind, regions, queue, althoughReverted } = body;
      const shown = { verb: 'deploy', service, release, kind, regions, queue, althoughReverted } as const;
      await dialogs.requireUnmoved(person, shown, body.dialog, taken);
      const planNow = () => deploymentPlan({ ...planning, book }, service, { release, regions }, now());
      await requirePlan(planNow, body.plan, taken);
      // A region that it does not go to is refused here, and not when its turn has come.
      if (regions !== undefined && !(await taken())) await planNow();
      if (!queue) await refuseFrozen({ book, projection, now }, { service, release, regions }, taken);
      const insists = body.althoughReverted && { althoughReverted: true };
      const source = {
        from: 'person',
        person: person.person,
        release,
        reason: body.reason ?? null,
        ...insists,
        ...(regions && { regions }),
      } as const;
      const request = { key, service, kind, source, traceparent: currentTraceparent() };
      // What was opened once is not refused for a lock that came since, whatever its lane remembers.
      const isKnownNow = await taken();
      const answer = await lanes.submit(request, queue || isKnownNow);
      if (answer.outcome === 'refused') throw new ProblemError(answer.code, { detail: answer.message });
      // What it was opened for, also where its lane remembers the answer only.
      const isOld = isKnownNow || answer.outcome === 'repeated';
      const used = isOld ? await projection.findDeployment(service, answer.deployment) : null;
      refuseReusedKey(body, service, answer, used?.source ?? source);
      return deployAnswer(service, answer);
    },
    async hotfix({ person, parameters, body, key: given }) {
      const service = await existing(projection, serviceParameter(parameters));
      const key = requestKey('hotfix', person.person, given);
      const { release, reason, active, althoughReverted, dialog } = body;
      await dialogs.requireUnmoved(
        person,
        { verb: 'deploy', service, release, hotfix: active, althoughReverted },
        dialog,
        isKnown(service, key),
      );
      const traceparent = currentTraceparent();
      const message = { by: person.person, reason, release, hold: active === 'hold', key, traceparent };
      const answer = await lanes.hotfix(service, { ...message, ...(althoughReverted && { althoughReverted }) });
      if (answer.outcome === 'refused') throw new ProblemError(answer.code, { detail: answer.message });
      const { deployment, active: way, lock, outcome, superseded } = answer;
      if (outcome === 'repeated') {
        // What brings the release already may be kept by a freeze; one that was opened for the hotfix passes as it is.
        await book.pass(service, deployment, { by: person.person, reason, key });
        await Promise.all([fleet.look(), fleet.lookAt(service, deployment)]);
      }
      return {
        deployment: deploymentReference(service, deployment),
        number: deployment,
        repeated: outcome === 'repeated',
        active: way && { ...way, deployment: deploymentReference(service, way.deployment) },
        lock,
        ...supersededNames(service, superseded),
      };
    },
    async rollback({ person, parameters, body, key: given }) {
      const service = await existing(projection, serviceParameter(parameters));
      const key = requestKey('rollback', person.person, given);
      // The undo of what moves leaves no record of the lane's own when that is locked already.
      const taken = async () => (await isKnown(service, key)()) || (await lanes.hasTaken(service, key));
      const { to, regions } = body;
      await dialogs.requireUnmoved(person, { verb: 'rollback', service, to, regions }, body.dialog, taken);
      const asked = { by: person.person, reason: body.reason ?? '', key, traceparent: currentTraceparent() };
      const message = { ...asked, ...(to !== undefined && { to }), ...(regions && { regions }) };
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
      const { reason, until = null } = body;
      requireToCome(until, now());
      const rights = await rightsOf(projection, service, person);
      await lanes.lock(service, {
        by: person.person,
        reason,
        until,
        rights,
        key: requestKey('lock', person.person, key),
      });
      return laneOf(projection, service);
    },
    async unlock({ person, parameters, body, key: given }) {
      const service = await existing(projection, serviceParameter(parameters));
      const key = requestKey('unlock', person.person, given);
      await dialogs.requireUnmoved(person, { verb: 'unlock', service }, body.dialog, isKnown(service, key));
      const rights = await rightsOf(projection, service, person);
      await lanes.unlock(service, { by: person.person, reason: body.reason, rights, key });
      return laneOf(projection, service);
    },
  };
}

/**
 * Holds a person to the plan that they were shown, unless this very request was taken before.
 * @throws ProblemError `state-changed`
 */
async function requirePlan(
  planNow: () => Promise<DeploymentPlan>,
  shown: Digest | undefined,
  wasTaken: () => Promise<boolean>,
): Promise<void> {
  if (shown === undefined) return;
  const { digest } = await planNow();
  if (digest === shown || (await wasTaken())) return;
  throw new ProblemError('state-changed', {
    detail: `the plan is now ${digest}`,
    next: 'Look at the plan again, and deploy that one.',
  });
}

/**
 * Lanes know a request by its key alone, so what the key stands for is compared here. A repeat that left the release
 * open may find a newer one by now, and is the same request all the same.
 * @throws ProblemError `key-reused`
 */
function refuseReusedKey(
  asked: BodyOf<'deploy'>,
  service: ServiceName,
  { deployment, kind, release }: Accepted,
  used: StoredDeployment['source'],
): void {
  const isOfRelease = kind === asked.kind && (asked.release === undefined || asked.release === release);
  const only = used.from === 'person' ? used.regions : undefined;
  if (isOfRelease && inOrder(only) === inOrder(asked.regions)) return;
  const where = only === undefined ? '' : ` to ${only.join(', ')}`;
  const detail = `it was used for ${deploymentReference(service, deployment)}, a ${kind} of release ${release}${where}`;
  throw new ProblemError('key-reused', { detail });
}

const inOrder = (regions: readonly string[] | undefined): string | undefined => regions?.toSorted().join(' ');

const existing = async (projection: Projection, service: ServiceName): Promise<ServiceName> =>
  (await laneOf(projection, service)).service;

/** @throws ProblemError `not-found` */
async function laneOf(projection: Projection, service: ServiceName): Promise<Lane> {
  const lane = await projection.findLane(service);
  if (lane === null) throw new ProblemError('not-found', { detail: `there is no service ${service}` });
  return lane;
}
