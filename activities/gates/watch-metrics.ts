import { setTimeout as delay } from 'node:timers/promises';
import {
  decideWatch,
  judgeMetric,
  verdictOf,
  type MetricAnswer,
  type MetricGate,
  type MetricVerdict,
} from '../../domain/gate/metric.ts';
import { readingText } from '../../domain/gate/metric-text.ts';
import { filledIn, namesRegion } from '../../domain/gate/promql.ts';
import { plainText } from '../../domain/progress/plain-text.ts';
import type { RegionName } from '../../domain/names.ts';
import { inParallel } from '../in-parallel.ts';
import type { WatchMetricsInput, WatchMetricsResult } from './contract.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsParts {
  /** `null` when none is configured. */
  readonly metrics: Metrics | null;
  readonly now: () => number;
}

/** A server is asked so many things at once. */
const mostAtOnce = 4;
/** As many are named to people. */
const mostShown = 3;

/**
 * Looks at every metric until one is bad, or until the watch is over and they are good; what then stays unknown for
 * `graceMs` is inconclusive. A worker that died looks again from where the clock is: nothing has to be remembered.
 */
export async function watchMetrics(
  parts: MetricsParts,
  input: WatchMetricsInput,
  signal: AbortSignal,
): Promise<WatchMetricsResult> {
  const queries = queriesOf(input);
  const everyMs = Math.min(...input.metrics.map((metric) => metric.everyMs));
  for (;;) {
    const nowMs = parts.now();
    const readings = await readingsOf(parts, { input, queries, nowMs }, signal);
    const verdict = verdictOf(readings.map((reading) => reading.verdict));
    const outcome = decideWatch(verdict, { nowMs, untilMs: input.untilMs, graceMs: input.graceMs });
    if (outcome !== 'go on') return { outcome, text: textOf(readings) };
    const tellAtMs = input.tellAtMs ?? Infinity;
    if (nowMs >= tellAtMs) return { outcome: 'watching', text: textOf(readings) };
    const next = nowMs < input.untilMs ? Math.min(nowMs + everyMs, input.untilMs, tellAtMs) : nowMs + everyMs;
    await delay(Math.max(0, next - parts.now()), undefined, { signal });
  }
}

interface Query {
  readonly gate: MetricGate;
  readonly promql: string;
}

interface Reading {
  readonly verdict: MetricVerdict;
  readonly text: string;
}

/** In the order of the spec, each region for itself where the query names it. */
function queriesOf({ metrics, regions, service, release }: WatchMetricsInput): readonly Query[] {
  return metrics.flatMap((gate) => {
    const of = (region: RegionName | null, name: string): Query => ({
      gate: { ...gate, name },
      promql: filledIn(gate.promql, { service, release, region }),
    });
    if (!namesRegion(gate.promql)) return [of(null, gate.name)];
    return regions.map((region) => of(region, `${gate.name} in ${region}`));
  });
}

interface Look {
  readonly input: WatchMetricsInput;
  readonly queries: readonly Query[];
  readonly nowMs: number;
}

async function readingsOf(
  parts: MetricsParts,
  { input, queries, nowMs }: Look,
  signal: AbortSignal,
): Promise<Reading[]> {
  const readings: Reading[] = [];
  await inParallel([...queries.entries()], mostAtOnce, async ([index, { gate, promql }]) => {
    const answer = await answerOf(parts, { gate, promql, input, nowMs }, signal);
    const judged = judgeMetric(gate, answer);
    readings[index] = { verdict: judged.verdict, text: plainText(readingText(gate, judged)) };
  });
  return readings;
}

async function answerOf(
  { metrics }: MetricsParts,
  { gate, promql, input, nowMs }: Query & Pick<Look, 'input' | 'nowMs'>,
  signal: AbortSignal,
): Promise<MetricAnswer> {
  if (metrics === null) return { fault: 'no Prometheus server is configured' };
  const wholeMs = nowMs - Math.max(input.fromMs, nowMs - gate.forMs);
  // Samples stand at whole steps before now.
  const startMs = nowMs - Math.floor(Math.max(0, wholeMs) / gate.everyMs) * gate.everyMs;
  try {
    return { series: await metrics.queryRange({ promql, startMs, endMs: nowMs, stepMs: gate.everyMs }, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { fault: (error as Error).message };
  }
}

const order: readonly MetricVerdict[] = ['bad', 'inconclusive', 'good'];

/** Those first that need somebody. */
function textOf(readings: readonly Reading[]): string {
  const inOrder = readings.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const shown = inOrder.slice(0, mostShown).map(({ text }) => text);
  const more = inOrder.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`and ${more} more`])].join('; ');
}
