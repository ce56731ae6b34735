import type { RecordedIntent } from '../../activities/deployment-record/contract.ts';
import type { GoalMode } from '../../domain/goal/goal.ts';
import { records } from '../activity-options/control.ts';
import type { RegionRun } from './region-run.ts';

/** The centre writes down what the region is about to hear, and answers what the region may not know. */
export function intend(run: RegionRun, step: string, mode: GoalMode): Promise<RecordedIntent> {
  const { service, region, next } = run.input;
  return records.recordIntent({
    service,
    region,
    deployment: run.attempt.deployment,
    attempt: run.attempt,
    step,
    mode,
    next,
    knownGeneration: run.generation,
  });
}
