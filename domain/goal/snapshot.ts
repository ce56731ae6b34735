import type { HostId, Position } from '../names.ts';

/** A host of the service, as the region found it when the deployment began. */
export interface SnapshotHost {
  readonly host: HostId;
  readonly position: Position;
}

/**
 * The text whose SHA-256 is the snapshot's digest (`SnapshotRef.digest`): one line a host, in the deployment's order,
 * whatever order the database gave them in. Hashing is left to the caller, since domain/ has no crypto.
 */
export function snapshotText(hosts: readonly SnapshotHost[]): string {
  const lines = hosts.map(({ host, position }) => `${position} ${host}`).sort();
  return ['slipway.snapshot/1', ...lines, ''].join('\n');
}
