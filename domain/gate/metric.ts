/** A metric that a spec holds the release to. At least one of `max` and `min` is a number. */
export interface MetricGate {
  /** What people see. */
  readonly name: string;
  readonly promql: string;
  readonly max: number | null;
  readonly min: number | null;
  /** How far back a look goes. */
  readonly forMs: number;
  /** Between two samples, and between two looks. */
  readonly everyMs: number;
  /** So many samples have to say the same before anything follows. */
  readonly samples: number;
}

/** `value` may be NaN or infinite, as Prometheus gives it. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** Oldest first. */
export type Series = readonly Sample[];

/** What a look found: the series of the query, or why it found none. */
export type MetricAnswer = { readonly series: readonly Series[] } | { readonly fault: string };

export type MetricVerdict = 'good' | 'bad' | 'inconclusive';

export interface MetricJudgement {
  readonly verdict: MetricVerdict;
  /** The newest that counts for the verdict; `null` when there is none. */
  readonly value: number | null;
  /** What is wanting; `null` when nothing is. */
  readonly why: string | null;
}

/**
 * Bad when `samples` samples or more of a series are out of bounds; good when each series has as many and none is out.
 * All else is inconclusive: no data, too little of it, NaN, a server that is away, or a few samples out.
 */
export function judgeMetric(gate: MetricGate, answer: MetricAnswer): MetricJudgement {
  if ('fault' in answer) return inconclusive(answer.fault);
  const judged = answer.series.map((series) => judgeSeries(gate, series));
  const [first] = judged.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || worse(gate, a, b));
  return first ?? inconclusive('no data');
}

const order: readonly MetricVerdict[] = ['bad', 'inconclusive', 'good'];

function judgeSeries(gate: MetricGate, series: Series): MetricJudgement {
  const values = series.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  const out = values.filter((value) => isOut(gate, value));
  if (out.length >= gate.samples) return { verdict: 'bad', value: out.at(-1)!, why: null };
  const value = values.at(-1) ?? null;
  if (value === null) return inconclusive(series.length === 0 ? 'no data' : 'nothing but NaN');
  if (values.length < gate.samples) return inconclusive(`${values.length} of ${gate.samples} samples`, value);
  if (out.length > 0) return inconclusive(`${out.length} of ${values.length} samples out of bounds`, value);
  return { verdict: 'good', value, why: null };
}

const isOut = ({ max, min }: MetricGate, value: number): boolean =>
  (max !== null && value > max) || (min !== null && value < min);

/** Of series with the same verdict the one nearest to its bound, or furthest beyond it, is shown. */
const worse = (gate: MetricGate, a: MetricJudgement, b: MetricJudgement): number => {
  const difference = margin(gate, a) - margin(gate, b);
  return Number.isNaN(difference) ? 0 : difference;
};

const margin = ({ max, min }: MetricGate, { value }: MetricJudgement): number =>
  value === null ? -Infinity : Math.min((max ?? Infinity) - value, value - (min ?? -Infinity));

const inconclusive = (why: string, value: number | null = null): MetricJudgement => ({
  verdict: 'inconclusive',
  value,
  why,
});

/** One bad metric is enough; good are they only together. */
export function verdictOf(verdicts: readonly MetricVerdict[]): MetricVerdict {
  if (verdicts.includes('bad')) return 'bad';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'good') ? 'good' : 'inconclusive';
}

export interface MetricWatch {
  readonly nowMs: number;
  /** Before this nothing is good yet. */
  readonly untilMs: number;
  /** For as long after that a verdict is still waited for. */
  readonly graceMs: number;
}

/** What follows from a look: bad stops at once, good counts at the end only, and what stays unknown is a person's to decide. */
export function decideWatch(verdict: MetricVerdict, { nowMs, untilMs, graceMs }: MetricWatch): MetricVerdict | 'go on' {
  if (verdict === 'bad') return 'bad';
  if (nowMs < untilMs) return 'go on';
  if (verdict === 'good') return 'good';
  return nowMs < untilMs + graceMs ? 'go on' : 'inconclusive';
}

/** Long enough for a sample that was out to leave the window, and for a server to come back. */
export const graceOf = (gates: readonly MetricGate[]): number => Math.max(30_000, ...gates.map(({ forMs }) => forMs));

/** How long metrics that no bake gives a time are watched. */
export const watchOf = (gates: readonly MetricGate[]): number => Math.max(0, ...gates.map(({ forMs }) => forMs));
