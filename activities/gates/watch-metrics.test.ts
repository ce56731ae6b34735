import { expect, test } from '@jest/globals';
import type { MetricGate } from '../../domain/gate/metric.ts';
import { regionName, serviceName } from '../../domain/names.ts';
import type { WatchMetricsInput } from './contract.ts';
import type { Metrics, RangeQuery } from './metrics.ts';
import { watchMetrics } from './watch-metrics.ts';

const gate: MetricGate = {
  name: 'errors',
  promql: 'errors',
  max: 0.01,
  min: null,
  forMs: 100,
  everyMs: 25,
  samples: 3,
};
const whole = 1_000_000;

function watching(values: (query: RangeQuery) => number, more: Partial<WatchMetricsInput> = {}) {
  const asked: RangeQuery[] = [];
  const metrics: Metrics = {
    async queryRange(query) {
      asked.push(query);
      const { startMs, endMs, stepMs } = query;
      const count = Math.floor((endMs - startMs) / stepMs) + 1;
      const value = values(query);
      return [Array.from({ length: count }, (_, index) => ({ atMs: startMs + index * stepMs, value }))];
    },
  };
  // Looks take no time; the clock goes by what is rested.
  const startedAt = performance.now();
  const now = (): number => whole + (performance.now() - startedAt);
  const input = {
    service: serviceName('checkout'),
    release: 'checkout@412',
    regions: [regionName('eu-west')],
    metrics: [gate],
    fromMs: whole,
    untilMs: whole + 150,
    graceMs: 60_000,
    tellAtMs: null,
    ...more,
  };
  return { asked, now, result: watchMetrics({ metrics, now }, input, new AbortController().signal) };
}

test('it is good at the end and not before, and no look reaches back before the watch', async () => {
  const { asked, now, result } = watching(() => 0.004);
  expect(await result).toEqual({ outcome: 'good', text: 'errors 0.004 of at most 0.010' });
  expect(now()).toBeGreaterThanOrEqual(whole + 150);
  for (const { startMs, endMs, stepMs } of asked) {
    expect(startMs).toBeGreaterThanOrEqual(whole - 1e-6);
    expect(endMs - startMs).toBeLessThanOrEqual(gate.forMs);
    expect(stepMs).toBe(gate.everyMs);
  }
});

test('what turns bad ends it at once', async () => {
  const { now, result } = watching(() => 1, { untilMs: whole + 60_000 });
  expect((await result).outcome).toBe('bad');
  expect(now()).toBeLessThan(whole + 30_000);
});

test('what heals within the grace is good', async () => {
  let looks = 0;
  const { result } = watching(() => ((looks += 1) < 10 ? NaN : 0.004), { untilMs: whole + 50 });
  expect((await result).outcome).toBe('good');
});

test('what it sees meanwhile is told when it is asked for', async () => {
  const { now, result } = watching(() => 0.004, { untilMs: whole + 60_000, tellAtMs: whole + 80 });
  expect(await result).toEqual({ outcome: 'watching', text: 'errors 0.004 of at most 0.010' });
  expect(now()).toBeGreaterThanOrEqual(whole + 80);
});

test('an attempt after a kill goes on by the clock: past the end it looks once', async () => {
  const { asked, result } = watching(() => 0.004, { fromMs: whole - 10_000, untilMs: whole - 1 });
  expect((await result).outcome).toBe('good');
  expect(asked).toHaveLength(1);
});

test('a query that names the region is asked in each, filled in', async () => {
  const regions = [regionName('eu-west'), regionName('us-east')];
  const metrics = [
    { ...gate, promql: 'x{s="$service",r="$region",v="$release"}' },
    { ...gate, name: 'all' },
  ];
  const over = { regions, metrics, fromMs: whole - 10_000, untilMs: whole - 1 };
  const { asked, result } = watching(({ promql }) => (promql.includes('us-east') ? 1 : 0), over);
  expect(await result).toEqual({
    outcome: 'bad',
    text: 'errors in us-east 1.00 of at most 0.01; errors in eu-west 0.00 of at most 0.01; all 0.00 of at most 0.01',
  });
  expect(asked.map(({ promql }) => promql).toSorted()).toEqual([
    'errors',
    'x{s="checkout",r="eu-west",v="checkout@412"}',
    'x{s="checkout",r="us-east",v="checkout@412"}',
  ]);
});

test('of many regions the worst are named', async () => {
  const regions = ['a', 'b', 'c', 'd', 'e'].map(regionName);
  const metrics = [{ ...gate, promql: 'x{r="$region"}' }];
  const over = { regions, metrics, fromMs: whole - 10_000, untilMs: whole - 1 };
  const { result } = watching(({ promql }) => (promql.includes('"e"') ? 1 : 0), over);
  expect((await result).text).toMatch(/^errors in e 1\.00 .*; and 2 more$/);
});

test('without a server nothing is known', async () => {
  const { result } = watching(() => 0, { fromMs: whole - 10_000, untilMs: whole - 10, graceMs: 0 });
  await result;
  const stop = new AbortController();
  const input = {
    service: serviceName('checkout'),
    release: 'checkout@412',
    regions: [],
    metrics: [gate],
    fromMs: 0,
    untilMs: 1,
    graceMs: 0,
    tellAtMs: null,
  };
  expect(await watchMetrics({ metrics: null, now: () => 2 }, input, stop.signal)).toEqual({
    outcome: 'inconclusive',
    text: 'errors at most 0.01: no Prometheus server is configured',
  });
});
