/** Metric gates against a real Prometheus; skipped, with the reason, where none can be had; in CI that fails. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { watchMetrics } from '../../activities/gates/watch-metrics.ts';
import type { WatchMetricsInput, WatchMetricsResult } from '../../activities/gates/contract.ts';
import type { MetricGate } from '../../domain/gate/metric.ts';
import { regionName, serviceName } from '../../domain/names.ts';
import { until } from '../../test/crash/run/patience.ts';
import { patienceMs } from '../../test/patience.ts';
import { startPrometheus, type TestPrometheus } from '../../test/prometheus-server.ts';
import { describeWithPrometheus, foundPrometheus } from '../../test/with-prometheus.ts';
import { connectPrometheus } from './prometheus.ts';

const exposed = `
errors{service="checkout",region="eu-west",release="checkout@412"} 0.004
errors{service="checkout",region="us-east",release="checkout@412"} 0.2
errors{service="cart",region="eu-west",release="cart@1"} 0.9
nothing_but_nan NaN
endless +Inf
speed 8
requests_total 5
`;

const gate = (promql: string, more: Partial<MetricGate> = {}): MetricGate => ({
  name: 'errors',
  promql,
  max: 0.01,
  min: null,
  forMs: 1_500,
  everyMs: 500,
  samples: 3,
  ...more,
});
const metricsWithinMs = 30_000;
const own = 'errors{service="$service",region="$region",release="$release"}';

describeWithPrometheus('a real Prometheus', () => {
  let server: TestPrometheus;
  beforeAll(async () => {
    server = await startPrometheus(foundPrometheus.file!);
    server.expose(exposed);
    // As many samples as the longest look wants.
    await until('there are samples', patienceMs, async () =>
      ((await server.query('count_over_time(speed[1m])')) ?? 0) > 10 ? true : undefined,
    );
  });
  afterAll(() => server?.close());

  const watch = (
    metrics: readonly MetricGate[],
    more: Partial<WatchMetricsInput> = {},
  ): Promise<WatchMetricsResult> => {
    const nowMs = Date.now();
    const parts = { metrics: connectPrometheus({ url: server.url, tokenFile: null }), now: Date.now };
    const input = {
      service: serviceName('checkout'),
      release: 'checkout@412',
      regions: [regionName('eu-west')],
      metrics,
      fromMs: nowMs - 1_500,
      untilMs: nowMs,
      graceMs: 0,
      tellAtMs: null,
      ...more,
    };
    return watchMetrics(parts, input, new AbortController().signal);
  };

  test.each<[string, MetricGate, string, unknown]>([
    ['good', gate(own), 'good', 'errors in eu-west 0.004 of at most 0.010'],
    ['bad', gate('max(errors{service="$service"})'), 'bad', 'errors 0.20 of at most 0.01'],
    ['without data', gate('no_such_metric'), 'inconclusive', 'errors at most 0.01: no data'],
    ['NaN', gate('nothing_but_nan'), 'inconclusive', 'errors at most 0.01: nothing but NaN'],
    [
      'NaN by division',
      gate('rate(requests_total[1s]) / rate(requests_total[1s])'),
      'inconclusive',
      'errors at most 0.01: nothing but NaN',
    ],
    [
      'of too few samples',
      gate('speed', { max: 9, forMs: 500, samples: 3 }),
      'inconclusive',
      expect.stringMatching(/^errors 8 of at most 9: [12] of 3 samples$/),
    ],
    ['without end', gate('endless'), 'bad', 'errors ∞ of at most 0.01'],
    ['in its range', gate('speed', { max: 9, min: 7 }), 'good', 'errors 8 of 7 to 9'],
    ['below its range', gate('speed', { max: 12, min: 9 }), 'bad', 'errors 8 of 9 to 12'],
    ['a number', gate('vector(0.004)'), 'good', 'errors 0.004 of at most 0.010'],
    [
      'of several series, of which one is bad',
      gate('errors{service="checkout"}'),
      'bad',
      'errors 0.20 of at most 0.01',
    ],
  ])('%s', async (_, metric, outcome, text) => {
    // A scrape that a busy machine misses leaves a gap: what can be decided is looked for until it is.
    const graceMs = outcome === 'inconclusive' ? 0 : metricsWithinMs;
    expect(await watch([metric], { graceMs })).toEqual({ outcome, text });
  });

  test('each region is asked for by itself, and one bad is enough', async () => {
    const regions = [regionName('eu-west'), regionName('us-east')];
    expect(await watch([gate(own)], { regions, graceMs: metricsWithinMs })).toEqual({
      outcome: 'bad',
      text: expect.stringContaining('errors in us-east 0.20 of at most 0.01'),
    });
  });

  test('a query that it refuses is told in its words', async () => {
    const { outcome, text } = await watch([gate('errors{')]);
    expect([outcome, text]).toEqual(['inconclusive', expect.stringContaining('Prometheus refuses the query: ')]);
    expect(text).toContain('parse error');
  });

  test('what turns bad in the middle of a watch ends it before its end', async () => {
    const nowMs = Date.now();
    const watching = watch([gate('speed', { max: 9 })], { fromMs: nowMs, untilMs: nowMs + 60_000, graceMs: 0 });
    server.expose(exposed.replace('speed 8', 'speed 10'));
    expect(await watching).toEqual({ outcome: 'bad', text: 'errors 10 of at most 9' });
    expect(Date.now() - nowMs).toBeLessThan(30_000);
    server.expose(exposed);
  });

  test('a server that is killed and comes back in time decides; one that stays away decides nothing', async () => {
    const nowMs = Date.now();
    const watching = watch([gate('errors{service="checkout",region="eu-west"}')], {
      fromMs: nowMs,
      untilMs: nowMs + 500,
      graceMs: 60_000,
    });
    await server.kill();
    const away = await watch([gate('speed')]);
    expect(away).toEqual({ outcome: 'inconclusive', text: 'errors at most 0.01: Prometheus does not answer' });
    await until('it was looked for at its end', 10_000, () => (Date.now() > nowMs + 1_100 ? true : undefined));
    await server.start();
    expect(await watching).toEqual({ outcome: 'good', text: 'errors 0.004 of at most 0.010' });
  });
});
