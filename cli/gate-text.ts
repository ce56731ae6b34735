import { requiredChecksText, type RequiredChecks } from '../domain/gate/required-checks.ts';

/** `npm test; ci/lint, ci/unit within 30 min` */
export function checksText(run: string | null, required: RequiredChecks | null | undefined): string {
  const parts = [...(run === null ? [] : [run]), ...(required ? [requiredChecksText(required)] : [])];
  return parts.length === 0 ? 'none' : parts.join('; ');
}

/** Below a stage, a line each. */
export const metricCells = (metrics: readonly string[] | undefined): string[][] =>
  (metrics ?? []).map((metric) => ['', metric]);

export function verifyText(run: string | null, metrics: readonly string[]): string {
  const parts = [...(run === null ? [] : [run]), ...metrics];
  return parts.length === 0 ? 'nothing beside health' : parts.join('; ');
}
