import { inStartOrder } from '../../../domain/lane/lane.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { deploymentName } from './object-names.ts';

/** The active deployment is the one that was started first; what was not started waits behind it. */
export function laneOf({ name, lock }: ServiceRow, open: readonly DeploymentRow[]): Lane {
  const own = open.filter(({ service }) => service === name);
  const active = own.find(({ startedAt }) => startedAt !== null && startedAt !== undefined) ?? null;
  const entryOf = ({ service, number, release, kind, hotfix, source }: DeploymentRow) => ({
    deployment: deploymentName(service, number),
    number,
    release,
    kind,
    ...(hotfix && { hotfix: true }),
    ...(source.from === 'person' && source.regions && { regions: [...source.regions] }),
  });
  return {
    service: name,
    lock: lock ?? null,
    active: active === null ? null : entryOf(active),
    queue: inStartOrder(own.filter((row) => row !== active)).map(entryOf),
  };
}
