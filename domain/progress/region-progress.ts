import type { RegionName } from '../names.ts';
import type { RegionState } from '../states.ts';
import type { MissingHosts } from './missing-hosts.ts';

/** One region of a deployment, as people see it. */
export interface RegionProgress {
  readonly region: RegionName;
  readonly state: RegionState;
  /** Batches allowed so far and planned. */
  readonly batch: number;
  readonly batches: number;
  readonly hosts: {
    readonly total: number;
    readonly switched: number;
    readonly healthy: number;
    readonly failed: number;
  };
  /** Why it is not moving, for people; `null` when nothing is wrong. */
  readonly reason: string | null;
  /** A person must decide about it; left out where none must, and by an earlier version. */
  readonly held?: true | undefined;
  /** Hosts that its success doesn't speak for, as last heard. */
  readonly missing?: MissingHosts | undefined;
}

/** What is shown after some regions have changed; the others stay as they were, and so does the order. */
export function withChanged(
  shown: readonly RegionProgress[],
  changed: readonly RegionProgress[],
): readonly RegionProgress[] {
  const news = new Map(changed.map((progress) => [progress.region, progress]));
  const known = shown.map((progress) => news.get(progress.region) ?? progress);
  return [...known, ...changed.filter(({ region }) => !shown.some((other) => other.region === region))];
}
