import type { GoalStep } from '../../domain/goal/goal.ts';
import type { Generation } from '../../domain/names.ts';
import type { ControlRegionInput, Fenced, FinishRegionInput, Written } from './contract.ts';
import { answered, refuseOtherRegion, writeStep } from './write-step.ts';
import type { GoalParts } from './write-step.ts';

/** The deployment's release becomes the region's base. */
export const finishRegion = (parts: GoalParts, input: FinishRegionInput): Promise<Written | Fenced> =>
  oneStep(parts, input, { kind: 'finish', id: 'finish', attempt: input.attempt, generation: input.generation });

/** Who hasn't switched doesn't. */
export const holdRegion = (parts: GoalParts, input: ControlRegionInput): Promise<Written | Fenced> =>
  oneStep(parts, input, { kind: 'hold', id: `hold:${input.controlRevision}`, ...spoken(input) });

/** Takes a hold back, if nobody has spoken since. */
export const resumeRegion = (parts: GoalParts, input: ControlRegionInput): Promise<Written | Fenced> =>
  oneStep(parts, input, { kind: 'resume', id: `resume:${input.controlRevision}`, ...spoken(input) });

/** Every host goes back to the region's base. Waits for nobody. */
export const undoRegion = (parts: GoalParts, input: ControlRegionInput): Promise<Written | Fenced> =>
  oneStep(parts, input, { kind: 'undo', id: 'undo', ...spoken(input) });

const spoken = ({ attempt, controlRevision, outcomes }: ControlRegionInput) => ({ attempt, controlRevision, outcomes });

async function oneStep(
  parts: GoalParts,
  input: FinishRegionInput | ControlRegionInput,
  step: GoalStep,
): Promise<Written | Fenced> {
  refuseOtherRegion(parts, input);
  const centreGeneration: Generation | 0 = 'centreGeneration' in input ? input.centreGeneration : 0;
  return answered(
    await parts.store.transact(input.service, (transaction) =>
      writeStep(parts, transaction, step, { centreGeneration }),
    ),
  );
}
