import type { RegionName } from '../names.ts';

/** A region of a deployment, as its workflow knows it. `ready`: all its batches and its bake were good. */
export interface RegionReadiness {
  readonly region: RegionName;
  readonly standing: 'open' | 'ready' | 'held' | 'skipped';
}

/** Finishing begins only when every region that wasn't skipped is ready, and there is one (docs/goal-protocol.md §6). */
export const mayFinish = (regions: readonly RegionReadiness[]): boolean =>
  regions.some(({ standing }) => standing === 'ready') &&
  regions.every(({ standing }) => standing === 'ready' || standing === 'skipped');

/** The last region can't be skipped: a deployment that goes nowhere has not succeeded. */
export const maySkip = (regions: readonly RegionReadiness[], region: RegionName): boolean =>
  regions.some((other) => other.region !== region && other.standing !== 'skipped');

/** Once the point of no return is recorded a deployment isn't aborted; a rollback takes its release back. */
export const answerAbort = (pointOfNoReturn: boolean): 'abort' | 'offer rollback' =>
  pointOfNoReturn ? 'offer rollback' : 'abort';

/** A region that was asked to finish; `unreachable` when it didn't answer by the deadline. */
export interface FinishAnswer {
  readonly region: RegionName;
  readonly answer: 'finished' | 'unreachable' | 'skipped';
}

/** Past the point of no return a deployment succeeds. A region that couldn't be reached owes its finish. */
export function endOfFinish(answers: readonly FinishAnswer[]): {
  readonly outcome: 'succeeded';
  readonly pending: readonly RegionName[];
} {
  return {
    outcome: 'succeeded',
    pending: answers.filter(({ answer }) => answer === 'unreachable').map(({ region }) => region),
  };
}
