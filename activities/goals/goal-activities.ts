import { withHeartbeats } from '../heartbeat.ts';
import { advanceRegion } from './advance-region.ts';
import { beginRegion } from './begin-region.ts';
import type { GoalActivities, UrgentGoalActivities } from './contract.ts';
import { finishRegion, holdRegion, resumeRegion, undoRegion } from './control-region.ts';
import { watchBake, watchBatch } from './watch-batch.ts';
import { watchUndo } from './watch-undo.ts';
import type { GoalParts } from './write-step.ts';

/** Steps beat by themselves; a watch beats whenever it has looked. */
export const createGoalActivities = (parts: GoalParts): GoalActivities => ({
  ...withHeartbeats({
    beginRegion: (input) => beginRegion(parts, input),
    advanceRegion: (input) => advanceRegion(parts, input),
    finishRegion: (input) => finishRegion(parts, input),
  } satisfies Partial<GoalActivities>),
  watchBatch: (input) => watchBatch(parts, input),
  watchBake: (input) => watchBake(parts, input),
});

export const createUrgentGoalActivities = (parts: GoalParts): UrgentGoalActivities => ({
  ...withHeartbeats({
    holdRegion: (input) => holdRegion(parts, input),
    resumeRegion: (input) => resumeRegion(parts, input),
    undoRegion: (input) => undoRegion(parts, input),
  } satisfies Partial<UrgentGoalActivities>),
  watchUndo: (input) => watchUndo(parts, input),
});
