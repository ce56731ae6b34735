import { gateText } from '../gate/metric-text.ts';
import type { MetricGate } from '../gate/metric.ts';
import type { RolloutSpec } from '../spec/service-spec.ts';

/** One that nobody can ask for is refused by its name: leaving it out would call a release good that nobody looked at. */
export function whyNoMetrics({ stages, verify }: RolloutSpec, hasMetricsServer: boolean): string | null {
  if (hasMetricsServer) return null;
  const stage = stages.findIndex(({ metrics = [] }) => metrics.length > 0);
  const where = stage !== -1 ? `rollout.stages[${stage}].metrics` : 'rollout.verify.metrics';
  const [first] = (stage !== -1 ? stages[stage]?.metrics : verify?.metrics) ?? [];
  if (first === undefined) return null;
  return `${where} (${first.name}): no Prometheus server is configured. An operator sets SLIPWAY_PROMETHEUS_URL.`;
}

/** As a plan has them, a line each. */
export const metricTexts = (metrics: readonly MetricGate[] | undefined): readonly string[] =>
  (metrics ?? []).map(gateText);
