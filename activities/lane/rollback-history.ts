import { strayedRegions, type WholeHistory } from '../../domain/history/go-back.ts';
import { currentOf } from '../../domain/history/rollback-target.ts';
import type { StoredDeployment, StoredHistory } from './lane-records.ts';

/**
 * What a rollback goes by.
 *
 * @param ending past its point of no return: it counts as a success, also before that is recorded, in its own regions
 */
export function rollbackHistory(stored: StoredHistory, ending: StoredDeployment | null): WholeHistory {
  const { successes, deployable, leftHeld, partials, running } = stored;
  const known = { leftHeld: leftHeld && ending === null, deployable: deployable.has.bind(deployable) };
  const current = currentOf(successes);
  const strayed = (more: typeof partials, runs = (_: string): boolean => false) =>
    strayedRegions([...partials, ...more], current, (region) => running.has(region) && !runs(region));
  if (ending === null || ending.outcome !== null) return { ...known, successes, strayed: strayed([]) };
  const regions = ending.source.from === 'person' ? ending.source.regions : undefined;
  const whole = [...successes, ending];
  if (regions === undefined) return { ...known, successes: whole, strayed: [] };
  const isPartial = current !== null && ending.release !== current;
  return {
    ...known,
    successes: isPartial ? successes : whole,
    strayed: strayed([{ ...ending, regions }], (region) => regions.some((one) => one === region)),
  };
}
