import type { Series } from '../../domain/gate/metric.ts';

export interface RangeQuery {
  readonly promql: string;
  /** Both ends are samples. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** A server that keeps metrics. */
export interface Metrics {
  /** @throws Error of one sentence when it doesn't answer, refuses the query, or answers too much */
  queryRange(query: RangeQuery, signal: AbortSignal): Promise<readonly Series[]>;
}
