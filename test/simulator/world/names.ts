import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import type { Digest, HostId, Position, RegionName, ReleaseNumber } from '../../../domain/names.ts';
import type { Placement } from '../../../domain/goal/goal.ts';

export const service = serviceName('checkout');
export const firstDeployment = deploymentNumber(1);

export const regionAt = (index: number): RegionName => `r${index + 1}` as RegionName;
export const hostAt = (region: RegionName, index: number): HostId => `${region}-${index + 1}` as HostId;

export const digestOf = (release: ReleaseNumber): Digest => `d${release}` as Digest;
export const releaseOf = (digest: Digest): ReleaseNumber => Number(digest.slice(1)) as ReleaseNumber;
export const placementOf = (release: ReleaseNumber): Placement => ({
  release: { number: release, digest: digestOf(release) },
  selector: {},
});

const { imul } = Math;

/** Stands for protocol/position.ts, which hashes: another order of the hosts in each deployment. */
export function positionOf(deployment: number, host: HostId): Position {
  let mixed = imul(deployment + 1, 0x9e3779b1);
  for (let at = 0; at < host.length; at += 1) mixed = imul(mixed ^ host.charCodeAt(at), 0x01000193);
  mixed ^= mixed >>> 15;
  return (imul(mixed, 0x85ebca6b) >>> 0).toString(16).padStart(16, '0') as Position;
}

export const laneId = 'lane';
export const deploymentId = (deployment: number): string => `d${deployment}`;
export const rolloutId = (deployment: number, region: RegionName): string => `d${deployment}:${region}`;
export const undoId = (deployment: number, region: RegionName): string => `d${deployment}:${region}:undo`;
export const recoveryId = (deployment: number): string => `recovery:${deployment}`;
export const reconcileId = (region: RegionName): string => `reconcile:${region}`;
