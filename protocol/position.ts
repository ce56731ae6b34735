import { hash } from 'node:crypto';
import type { DeploymentNumber, HostId, Position, ServiceName } from '../domain/names.ts';

/**
 * Where a host stands in the order of one deployment. Another deployment has another order, so that no host is
 * always the first to be tried.
 */
export const positionOf = (service: ServiceName, deployment: DeploymentNumber, host: HostId): Position =>
  hash('sha256', `slipway.position/1\n${service}\n${deployment}\n${host}`, 'hex').slice(0, 16) as Position;
