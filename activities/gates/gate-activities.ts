import { withHeartbeat } from '../heartbeat.ts';
import type { GateActivities } from './contract.ts';
import { watchChecks, type ChecksParts } from './watch-checks.ts';
import { watchMetrics, type MetricsParts } from './watch-metrics.ts';

export type GateParts = ChecksParts & MetricsParts;

/** What waits for an existing CI and for metrics. Each may run twice: it only looks. */
export const createGateActivities = (parts: GateParts): GateActivities => ({
  watchChecks: (input) => withHeartbeat(nothing, (signal) => watchChecks(parts, input, signal)),
  watchMetrics: (input) => withHeartbeat(nothing, (signal) => watchMetrics(parts, input, signal)),
});

const nothing = (): undefined => undefined;
