/** Gates of a spec, from what people write and back. What is not written is left out: older releases have no such fields. */
import type { MetricGate } from '../domain/gate/metric.ts';
import type { ChecksConfig, VerifySpec } from '../domain/spec/service-spec.ts';
import { defaultWithinMs } from './service-spec-gate-rules.ts';
import type { WrittenSpec } from './service-spec-schema.ts';

type WrittenChecks = NonNullable<WrittenSpec['checks']>;
type WrittenVerify = NonNullable<WrittenSpec['rollout']['verify']>;
type WrittenMetric = NonNullable<WrittenVerify['metrics']>[number];

export const checksOf = ({ run, timeout, require, within }: WrittenChecks): ChecksConfig => ({
  run: run ?? null,
  timeoutMs: timeout,
  ...(require && { required: { require, withinMs: within ?? defaultWithinMs } }),
});

export const verifyOf = ({ run, timeout, metrics }: WrittenVerify): VerifySpec => ({
  run: run ?? null,
  timeoutMs: timeout,
  ...(metrics && { metrics: metrics.map(metricOf) }),
});

/** A query of several lines is called by its first. */
export const metricOf = (metric: WrittenMetric): MetricGate => ({
  name: metric.name ?? metric.promql,
  promql: metric.promql,
  max: metric.max ?? null,
  min: metric.min ?? null,
  forMs: metric.for,
  everyMs: metric.every,
  samples: metric.samples,
});

const duration = (ms: number): string => `${ms}ms`;

export const spelledOutChecks = ({ run, timeoutMs, required }: ChecksConfig) => ({
  ...(run !== null && { run }),
  timeout: duration(timeoutMs),
  ...(required && { require: [...required.require], within: duration(required.withinMs) }),
});

export const spelledOutVerify = ({ run, timeoutMs, metrics }: VerifySpec) => ({
  ...(run !== null && { run }),
  timeout: duration(timeoutMs),
  ...(metrics && { metrics: metrics.map(spelledOutMetric) }),
});

export const spelledOutMetric = ({ name, promql, max, min, forMs, everyMs, samples }: MetricGate) => ({
  ...(name !== promql && { name }),
  promql,
  ...(max !== null && { max }),
  ...(min !== null && { min }),
  for: duration(forMs),
  every: duration(everyMs),
  samples,
});
