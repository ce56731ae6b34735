import { timeUnits } from '../time-units.ts';

/** Goals stand for hours: what clocks differ by less is told to nobody. */
const toleratedMs = 300_000;

/** @param aheadMs of a host's clock before its gateway's; negative when it is behind */
export const isClockOff = (aheadMs: number): boolean => Math.abs(aheadMs) > toleratedMs;

/** For people, in a unit so coarse that it says the same when it is heard again. `null` while the clocks agree, or none was heard. */
export function clockText(aheadMs: number | null): string | null {
  if (aheadMs === null || !isClockOff(aheadMs)) return null;
  const offMs = Math.abs(aheadMs);
  const [unit, size] = timeUnits.find(([, least]) => offMs >= 0.9 * least) ?? timeUnits[2];
  return `${Math.round(offMs / size)} ${unit} ${aheadMs < 0 ? 'behind' : 'ahead of'} its gateway's`;
}
