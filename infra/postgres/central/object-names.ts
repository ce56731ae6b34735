import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../../../domain/names.ts';

/** How audit records name what was changed: the forms that people read and type. */
export const deploymentName = (service: ServiceName, deployment: DeploymentNumber): string =>
  `${service}/${deployment}`;
export const releaseName = (service: ServiceName, release: ReleaseNumber): string => `${service}@${release}`;
