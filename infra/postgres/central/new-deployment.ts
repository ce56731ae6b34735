import type { DeploymentRequest } from '../../../activities/lane/contract.ts';
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditEntry } from './audit-log.ts';
import { Deployment } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { deploymentName, releaseName } from './object-names.ts';

/** Takes the service's next number; the service's row is locked. */
export function newDeployment(
  em: EntityManager,
  service: ServiceRow,
  { kind, key, source, traceparent }: Omit<DeploymentRequest, 'service' | 'hotfix'>,
  release: ReleaseNumber,
  hotfix: DeploymentRow['hotfix'] = null,
): DeploymentRow {
  const number = service.nextDeployment;
  service.nextDeployment = (number + 1) as DeploymentNumber;
  return em.create(Deployment, {
    service: service.name,
    number,
    kind,
    release,
    key,
    source: storable(source),
    traceparent,
    hotfix: storable(hotfix),
    state: 'queued',
    regions: [],
    pending: [],
    openedAt: new Date(),
  });
}

export function opened({ service, number, kind, release, key, source, hotfix }: DeploymentRow): AuditEntry {
  const object = deploymentName(service, number);
  return {
    actor: source.from === 'merge' ? source.pusher : source.person,
    verb: 'deployment-opened',
    object,
    detail: {
      kind,
      release: releaseName(service, release),
      request: key,
      ...(source.from === 'person' && source.reason && { reason: source.reason }),
      ...(source.from === 'person' && source.regions && { regions: source.regions }),
      ...(source.from === 'person' && source.further && { further: true }),
      ...(hotfix && { hotfix: hotfix.reason }),
      ...(source.from === 'person' && source.althoughReverted && { althoughReverted: true }),
    },
    key: `open:${object}`,
  };
}
