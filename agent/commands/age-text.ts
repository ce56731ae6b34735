const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `12 min`, `3 h`, `40 s`: in the largest unit that is whole. */
export function ageText(ms: number): string {
  const [unit, size] = units.find(([, least]) => ms >= least) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}
