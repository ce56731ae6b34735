/** For people, the largest first; ms of each. Below them are seconds. */
export const timeUnits = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;
