import type { Digest } from '../names.ts';
import type { DriftPolicy } from '../spec/service-spec.ts';
import type { ServiceState } from './service-state.ts';

/** How an entry of an installed release differs from what was signed. `unlisted`: nobody signed that it is there. */
export const differenceKinds = ['absent', 'content', 'mode', 'kind', 'target', 'unlisted', 'unreadable'] as const;

export interface Difference {
  /** Within the release's tree; `.slipway/…` of its documents. */
  readonly path: string;
  readonly what: (typeof differenceKinds)[number];
}

/** What was found to differ in the release that the link points to. */
export interface Drift {
  readonly release: Digest;
  readonly policy: DriftPolicy;
  /** The first of them, by path. */
  readonly differences: readonly Difference[];
  readonly count: number;
  readonly foundAtMs: number;
  /** Not before: where a tool edits all hosts at once, they don't all start anew at once. */
  readonly mendAtMs: number;
  /** `mended`: another tree stands in its place, or somebody undid the change. */
  readonly isMended: boolean;
  /** A fresh tree is whole, and waits to be put in its place. */
  readonly isRebuilt: boolean;
}

/** Differences that are told by name; the rest is counted. */
export const namedDifferences = 20;

/** A tree that is changed again and again is changed by somebody: mending it for ever would only restart the service. */
export const mostMends = 3;
const mendWindowMs = 3_600_000;
const keptMends = 8;

/** `found`: its mending hasn't begun. `given-up`: it was mended `mostMends` times within the hour. */
export const driftStates = ['found', 'mending', 'mended', 'reported', 'given-up'] as const;
export type DriftState = (typeof driftStates)[number];

export const addMend = (mends: readonly number[], atMs: number): readonly number[] =>
  [...mends, atMs].slice(-keptMends);

export function driftState(drift: Drift, service: ServiceState, nowMs: number): DriftState {
  const { isMended, policy, mendAtMs } = drift;
  const { mends } = service;
  if (isMended) return isOutdated(service) ? 'mending' : 'mended';
  if (policy === 'report') return 'reported';
  if (mends.filter((at) => nowMs - at < mendWindowMs).length >= mostMends) return 'given-up';
  return nowMs < mendAtMs ? 'found' : 'mending';
}

/**
 * The release of which a fresh tree is to be made beside the one that runs; `null` for none. Not while it is on trial, where
 * a restart would be taken for its fault, nor while what was put right last time is still to start.
 */
export function releaseToRebuild(service: ServiceState, nowMs: number): Digest | null {
  const { drift, trial, current } = service;
  if (drift === null || drift.isRebuilt || drift.isMended || drift.release !== current || trial !== null) return null;
  return isOutdated(service) || driftState(drift, service, nowMs) !== 'mending' ? null : current;
}

/** What runs was started from a tree that another one has taken the place of since. */
export const isOutdated = ({ instance, outdated }: ServiceState): boolean =>
  instance !== null && instance.id === outdated;

/** One sentence for people: what differs, and what comes of it. */
export function driftReason(service: ServiceState, nowMs: number): string | null {
  const { drift } = service;
  if (drift === null) return null;
  const [first] = drift.differences;
  const state = driftState(drift, service, nowMs);
  if (first === undefined || state === 'mended') return null;
  const more = drift.count === 1 ? '' : ` and ${drift.count - 1} more`;
  return `the installed tree was changed: ${first.path} (${first.what})${more}; ${comesOfIt[state]}`;
}

const comesOfIt = {
  found: 'it will be mended',
  mending: 'it is being mended',
  reported: 'it is left so, by run.drift: report',
  'given-up': `mended ${mostMends} times within an hour, and changed again: it is left so`,
} as const;
