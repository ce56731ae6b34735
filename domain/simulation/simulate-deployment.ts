import { endingOf } from '../deployment/ending.ts';
import type { RegionName } from '../names.ts';
import { counted } from '../progress/plain-text.ts';
import { goBack } from './go-back.ts';
import { coursesOf, goForward, thoseWith, type Forward } from './go-forward.ts';
import type { RegionCourse } from './region-course.ts';
import type { SimulatedFaults, SimulatedPlan, Simulation, TimelineEntry } from './simulated-plan.ts';

/** Carries a plan out on a model fleet, and tells what happened when. */
export function simulateDeployment(plan: SimulatedPlan, faults: SimulatedFaults): Simulation {
  const forward = goForward(plan, faults);
  const [stop] = thoseWith(forward, 'stop');
  if (stop !== undefined) return stopped(plan, forward, stop);
  const [held] = thoseWith(forward, 'hold');
  if (held !== undefined) return result(forward, { outcome: 'held', ...endOf(held) });
  const [waits] = thoseWith(forward, 'wait');
  if (waits !== undefined) return result(forward, { outcome: 'waiting', ...endOf(waits) });
  const reason = `succeeded in ${counted(coursesOf(forward).length, 'region')}`;
  const { endedMs } = forward;
  return result(forward, { outcome: 'succeeded', reason, endedMs }, [{ atMs: endedMs, region: null, text: reason }]);
}

interface End {
  readonly reason: string;
  readonly endedMs: number;
}

const endOf = ({ trouble, endedMs }: RegionCourse): End => ({ reason: trouble!.reason, endedMs });

function stopped(plan: SimulatedPlan, forward: Forward, course: RegionCourse): Simulation {
  const { reason, endedMs } = endOf(course);
  const stop = { cause: 'failed', hold: false, by: 'slipway', reason, at: '' } as const;
  if (endingOf(stop, true, plan.rollback).do !== 'undo') {
    const text = 'held: a person decides between undo and hold';
    return result(forward, { outcome: 'held', reason, endedMs }, [{ atMs: endedMs, region: null, text }]);
  }
  const back = goBack(plan, coursesOf(forward), { reason, endedMs });
  return result(forward, { outcome: 'undone', reason, ...back }, back.entries);
}

function result(
  forward: Forward,
  { outcome, reason, endedMs, pending = [] }: End & Pick<Simulation, 'outcome'> & { pending?: readonly RegionName[] },
  more: readonly TimelineEntry[] = [],
): Simulation {
  const told = coursesOf(forward).flatMap(toldIn);
  const entries = forward.stages.flatMap(({ begun, courses }) => [
    begun,
    ...courses.flatMap((course) => course.entries),
  ]);
  return {
    outcome,
    reason,
    tookMs: endedMs,
    entries: [...entries, ...more].toSorted((a, b) => a.atMs - b.atMs),
    switched: told.length,
    failed: told.filter(({ refused }) => refused.length > 0).length,
    lost: told.filter(({ silentSinceMs }) => silentSinceMs !== null).length,
    pending,
  };
}

/** Hosts that were told to switch. */
function toldIn({ at: { hosts, ordered } }: RegionCourse) {
  const names = new Set(ordered);
  return hosts.filter(({ host }) => names.has(host));
}
