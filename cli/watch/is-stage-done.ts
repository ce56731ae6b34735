import type { Deployment } from '../../protocol/api/deployment.ts';
import { UsageError } from '../usage-error.ts';

/** One that goes back is done with nothing, however far it came. @throws UsageError when its plan has no such stage */
export function isStageDone({ deployment, outcome, state, steps }: Deployment, stage: string): boolean {
  const stages = steps.filter(({ kind }) => kind === 'stage');
  const wanted = stages.find(({ name }) => name === stage);
  // Before there is a plan, or a build that says what will be in it, no stage is known.
  if (wanted === undefined && stages.length > 0)
    throw new UsageError(`${deployment} has no stage ${stage}: it has ${stages.map(({ name }) => name).join(', ')}`);
  return wanted?.state === 'done' && outcome === null && state !== 'undoing';
}
