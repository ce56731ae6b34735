import type { MetricGate, MetricVerdict } from '../../domain/gate/metric.ts';
import type { ChecksStanding } from '../../domain/gate/required-checks.ts';
import type { DeploymentNumber, Digest, RegionName, ServiceName } from '../../domain/names.ts';

export interface WatchChecksInput {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly commit: string;
  /** Contexts. */
  readonly require: readonly string[];
  /** What is known already: the watch answers when it moves. `null` answers only what settles it. */
  readonly known: ChecksStandingShown | null;
  /** Look once, and answer what is there. */
  readonly isLast: boolean;
}

export interface ChecksStandingShown extends ChecksStanding {
  /** In what the looks end; `null` while they are answered. */
  readonly fault: string | null;
}

/** A status that the admission rests on; its document lies in the central store under the digest. */
export interface StatusEvidence {
  readonly kind: 'status';
  readonly digest: Digest;
  readonly url: string | null;
  /** `ci/lint: success at 2026-11-24T12:00:00.000Z` */
  readonly detail: string;
}

export type WatchChecksResult =
  | { readonly outcome: 'passed'; readonly evidence: readonly StatusEvidence[] }
  | { readonly outcome: 'failed'; readonly reason: string }
  | ({ readonly outcome: 'waiting' } & ChecksStandingShown);

export interface WatchMetricsInput {
  readonly service: ServiceName;
  /** `checkout@412` */
  readonly release: string;
  /** Each is asked for by itself where a query names `$region`. */
  readonly regions: readonly RegionName[];
  readonly metrics: readonly MetricGate[];
  /** No look reaches further back. Times in ms since 1970. */
  readonly fromMs: number;
  /** As in `MetricWatch`. */
  readonly untilMs: number;
  readonly graceMs: number;
  /** When to answer what it sees meanwhile; `null` for not before the end. */
  readonly tellAtMs: number | null;
}

export interface WatchMetricsResult {
  readonly outcome: MetricVerdict | 'watching';
  /** Each metric and its bounds, for people: `error_rate 0.004 of at most 0.010`. */
  readonly text: string;
}

/** Queue `gates`: these wait, for minutes or hours, and need little meanwhile. */
export interface GateActivities {
  watchChecks(input: WatchChecksInput): Promise<WatchChecksResult>;
  watchMetrics(input: WatchMetricsInput): Promise<WatchMetricsResult>;
}
