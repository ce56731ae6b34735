import { endsOf, type MeddlingCase } from './cases.ts';
import type { EndedCase } from './ended-case.ts';
import { wordsOf } from './told.ts';

/** What is not right about how a case came out, beside its hosts and workflows. */
export function judge(given: MeddlingCase, ended: Omit<EndedCase, 'faults'>): readonly string[] {
  return [...wrongEnds(given, ended), ...wrongLock(ended), ...untold(given, ended)];
}

/** What waited, and what comes next, is a good release. */
function wrongEnds(given: MeddlingCase, { deployments, next }: Omit<EndedCase, 'faults'>): readonly string[] {
  return [...deployments, next].flatMap(({ deployment, outcome, reason }, index) => {
    const ends: readonly string[] = index === 0 && given.point.ends.length > 0 ? endsOf(given) : ['succeeded'];
    return outcome !== null && ends.includes(outcome) ? [] : [`${deployment} ended ${outcome}: ${reason}`];
  });
}

/** After an undo nothing begins before somebody has looked; nothing else locks. */
function wrongLock({ deployments, lock }: Omit<EndedCase, 'faults'>): readonly string[] {
  const undone = deployments.some(({ outcome }) => outcome === 'undone');
  if (undone === (lock !== null)) return [];
  return [undone ? 'an undo left the lane open' : `the lane is locked: ${lock}`];
}

/** Nobody has to be told of the fleet: it says who may begin, and does so again within seconds. */
function untold({ target, meddling }: MeddlingCase, { told }: Omit<EndedCase, 'faults'>): readonly string[] {
  if (target === 'fleet') return [];
  const words = wordsOf(meddling);
  const isOfLane = (object: string): boolean => !object.includes('/');
  const heard = told.some(({ object, text }) => text.includes(words) && isOfLane(object) === (target === 'lane'));
  return heard ? [] : [`nobody was told "${words}" of the ${target}`];
}
