import { timeUnits } from '../../domain/time-units.ts';

/** `12 min`, `3 h`, `40 s`: in the largest unit that is whole. */
export function ageText(ms: number): string {
  const [unit, size] = timeUnits.find(([, least]) => ms >= least) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}
