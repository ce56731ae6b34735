import type { TakenGoal } from '../../../domain/host/service-state.ts';
import type { HostEvidence, RunEvidence } from '../evidence/evidence.ts';

/**
 * Over a mixed fleet: a host that an abort has left on a release stays there until it goes to the next one, or until an
 * undo brings it to the base. Told under promise 3: what runs is the new release or the one before, and nothing older.
 */
export const nobodyGoesBack = ({ hosts }: Pick<RunEvidence, 'hosts'>): string[] => hosts.flatMap(goesBack);

function goesBack({ host, journal }: HostEvidence): string[] {
  let goal: TakenGoal['goal'] | null = null;
  return journal.flatMap((event) => {
    if (event.type === 'goalSeen') goal = event.goal.goal;
    if (event.type !== 'switchIntended' || event.kind !== 'forward' || goal === null) return [];
    const { mode, keep, base, next } = goal;
    const leaves = event.from !== null && keep.includes(event.from);
    const toBase = event.to === base?.release.digest && event.to !== next?.release.digest;
    return mode !== 'undo' && next !== null && leaves && toBase
      ? [`${host} went back from ${event.from} to the base on its way to ${next.release.digest}`]
      : [];
  });
}
