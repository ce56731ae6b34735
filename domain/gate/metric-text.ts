import { lasted } from '../progress/plain-text.ts';
import type { MetricGate, MetricJudgement } from './metric.ts';

type Bounds = Pick<MetricGate, 'max' | 'min'>;

/** `error_rate 0.004 of at most 0.010`; `error_rate at most 0.01: no data` */
export function readingText({ name, ...bounds }: Bounds & { readonly name: string }, read: MetricJudgement): string {
  const { value, why } = read;
  const about = value === null ? `${name} ${boundsText(bounds, 0)}` : `${name} ${valueText(bounds, value)}`;
  return why === null ? about : `${about}: ${why}`;
}

/** `error_rate at most 0.01; latency at most 0.3`: before anything was read. */
export const unreadText = (gates: readonly MetricGate[]): string =>
  gates.map((gate) => `${gate.name} ${boundsText(gate, 0)}`).join('; ');

/** `error_rate at most 0.01 for 1 min`: as a plan has it. */
export const gateText = (gate: MetricGate): string =>
  `${gate.name} ${boundsText(gate, 0)} for ${lasted(gate.forMs)}, ${gate.samples} samples or more, one every ${lasted(gate.everyMs)}`;

function valueText(bounds: Bounds, value: number): string {
  const given = [bounds.max, bounds.min].filter((bound) => bound !== null);
  const decimals = Math.max(...given.map(decimalsOf), decimalsOf(rounded(value)));
  return `${fixed(rounded(value), decimals)} of ${boundsText(bounds, decimals)}`;
}

function boundsText({ max, min }: Bounds, decimals: number): string {
  if (max !== null && min !== null) return `${fixed(min, decimals)} to ${fixed(max, decimals)}`;
  return max === null ? `at least ${fixed(min ?? NaN, decimals)}` : `at most ${fixed(max, decimals)}`;
}

/** Three digits tell a person enough. */
const rounded = (value: number): number => (Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));

const maxDecimals = 9;

const decimalsOf = (value: number): number =>
  Math.min(maxDecimals, /e-(\d+)$/.test(String(value)) ? maxDecimals : (String(value).split('.')[1]?.length ?? 0));

/** Never fewer digits than the number has, as far as a line has room for them. */
const fixed = (value: number, decimals: number): string =>
  Number.isFinite(value) && Math.abs(value) < 1e15 && (value === 0 || Math.abs(value) >= 1e-9)
    ? value.toFixed(Math.max(decimals, decimalsOf(value)))
    : String(value).replace('Infinity', '∞');
