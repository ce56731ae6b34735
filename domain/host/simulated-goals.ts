import type { GoalMode, Placement } from '../goal/goal.ts';
import type {
  DeploymentNumber,
  Digest,
  Generation,
  Position,
  RegionName,
  ReleaseNumber,
  ServiceName,
} from '../names.ts';
import type { TakenGoal } from './service-state.ts';
import { SimulatedHost } from './simulated-host.ts';

const digestOf = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
export const releases = ['a', 'b', 'c'].map(digestOf) as [Digest, Digest, Digest];

export interface GoalInput {
  readonly deployment: number;
  readonly generation: number;
  readonly base: Digest | null;
  readonly next?: Digest | null;
  readonly mode?: GoalMode;
  readonly allowed?: boolean;
  readonly keep?: readonly Digest[];
  readonly admitted?: boolean;
  readonly expiresAtMs?: number;
}

/** A goal as a verifying agent would hand it in, for tests. */
export function goalOf(input: GoalInput): TakenGoal {
  const {
    deployment,
    generation,
    base,
    next = null,
    mode = 'advance',
    keep = [],
    allowed = true,
    admitted = true,
    expiresAtMs = 1e15,
  } = input;
  const placement = (digest: Digest | null): Placement | null =>
    digest && { release: { number: 1 as ReleaseNumber, digest }, selector: {} };
  const named = [base, next].filter((digest): digest is Digest => digest !== null);
  return {
    goal: {
      service: 'checkout' as ServiceName,
      region: 'eu-west' as RegionName,
      generation: generation as Generation,
      attempt: { deployment: deployment as DeploymentNumber, local: 0 },
      step: 's',
      mode,
      base: placement(base),
      next: placement(next),
      keep,
      cut: allowed ? ('f'.repeat(16) as Position) : null,
      canaries: [],
      admissions: [],
      issuedAt: '1970-01-01T00:00:00.000Z',
      expiresAt: '2100-01-01T00:00:00.000Z',
    },
    contentDigest: digestOf(String(generation % 10)),
    admitted: admitted && next !== null,
    admittedReleases: named
      .filter((release) => admitted || release !== next)
      .map((release) => ({ release, config: release })),
    position: '0'.repeat(16) as Position,
    selected: { base: base !== null, next: next !== null },
    etag: digestOf('e'),
    expiresAtMs,
    traceparent: null,
  };
}

/** A host on which the first release runs as the base. */
export function hostOn(bad: readonly Digest[] = []): SimulatedHost {
  const host = new SimulatedHost(bad);
  host.see(goalOf({ deployment: 1, generation: 1, base: releases[0] }));
  host.run();
  return host;
}
