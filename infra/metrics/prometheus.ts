import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Metrics, RangeQuery } from '../../activities/gates/metrics.ts';
import type { Series } from '../../domain/gate/metric.ts';

export interface PrometheusServer {
  /** `http://prometheus:9090`, without the path of its API. */
  readonly url: string;
  /** Read for each query, as tokens are changed; `null` for a server that asks for none. */
  readonly tokenFile: string | null;
}

export const prometheusLimits = { answerMs: 10_000, maxBytes: 1024 * 1024, maxSeries: 100 } as const;

/**
 * Prometheus's HTTP API, or what speaks it: Thanos, Mimir, VictoriaMetrics
 * (prometheus.io/docs/prometheus/latest/querying/api/#range-queries). Every fault is told in one sentence that names no
 * address and no secret.
 */
export const connectPrometheus = (server: PrometheusServer, limits: Limits = prometheusLimits): Metrics => ({
  async queryRange(query, signal) {
    const { status, text } = await ask(server, query, { limits, signal });
    const answer = answerSchema.safeParse(jsonOf(text));
    if (answer.success && answer.data.status === 'error')
      throw new Error(`Prometheus refuses the query: ${answer.data.error.slice(0, 300)}`);
    if (status !== 200) throw new Error(`Prometheus answers ${status}`);
    if (!answer.success || answer.data.status === 'error') throw new Error('Prometheus answers what is no result');
    const { result } = answer.data.data;
    if (result.length > limits.maxSeries)
      throw new Error(`the query gives ${result.length} series, more than ${limits.maxSeries}: sum them up`);
    return result.map(({ values }): Series =>
      values.map(([atS, value]) => ({ atMs: atS * 1000, value: valueOf(value) })),
    );
  },
});

interface Limits {
  readonly answerMs: number;
  readonly maxBytes: number;
  readonly maxSeries: number;
}

const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])).default([]) })),
    }),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

/** `NaN`, `+Inf` and `-Inf` are Prometheus's spelling; whatever else is no number is none. */
const valueOf = (text: string): number =>
  text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text || NaN);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Bounds {
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

async function ask({ url, tokenFile }: PrometheusServer, query: RangeQuery, { limits, signal }: Bounds) {
  const headers = tokenFile === null ? {} : { authorization: `Bearer ${await tokenIn(tokenFile)}` };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limits.answerMs)]);
  try {
    const response = await fetch(`${url}/api/v1/query_range`, {
      method: 'POST',
      headers,
      body: formOf(query, limits),
      // A token is for this server alone.
      redirect: 'error',
      signal: limit,
    });
    return { status: response.status, text: await boundedText(response, limits.maxBytes) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AnswerTooLargeError) throw error;
    throw new Error(limit.aborted ? `Prometheus does not answer within ${limits.answerMs / 1000} s` : awayText, {
      cause: error,
    });
  }
}

const awayText = 'Prometheus does not answer';

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Error("the file of Prometheus's token can't be read", { cause: error });
  }
}

const formOf = ({ promql, startMs, endMs, stepMs }: RangeQuery, { answerMs }: Limits): URLSearchParams =>
  new URLSearchParams({
    query: promql,
    start: String(startMs / 1000),
    end: String(endMs / 1000),
    step: String(stepMs / 1000),
    timeout: `${answerMs}ms`,
  });

class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/** Reads no further than it has to, whatever the answer says of its own length. */
async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > maxBytes)
      throw new AnswerTooLargeError(`Prometheus answers more than ${maxBytes / 1024} KiB: sum the series up`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
