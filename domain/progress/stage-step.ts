import type { RegionProgress } from './region-progress.ts';
import type { ShownStage } from './stages.ts';
import { firstAt, step, type Step, type StepFacts } from './step.ts';

/** A stage that people are asked about has its turn: the one before it is over. */
const isBegin = (verb: string): boolean => verb === 'stage-started' || verb === 'stage-approval-wanted';

export function stageStep(facts: StepFacts, stage: ShownStage, index: number): Step {
  const started = (name: string | undefined) =>
    facts.milestones.find((each) => isBegin(each.verb) && each.stage === name)?.at ?? null;
  const next = facts.stages[index + 1]?.name;
  const over = ['verify-started', 'hooks-after-started', 'point-of-no-return'] as const;
  const endedAt = next === undefined ? firstAt(facts, ...over) : started(next);
  const inStage = facts.regions.filter(({ region }) => stage.regions.includes(region));
  const ready = endedAt === null ? readyIn(facts, index, inStage) : inStage.length;
  return step(facts, {
    kind: 'stage',
    name: stage.name,
    startedAt: started(stage.name),
    endedAt,
    waits: ['stage-approval', 'no-tokens', 'resume', 'decision', 'choice', 'hosts', 'regions', 'freeze', 'window'],
    note: inStage.length === 0 ? null : `${ready} of ${inStage.length}`,
  });
}

/**
 * Regions of a stage that got ready. A region that goes back is ready no longer, but its record stays; a stage begins when all
 * regions before it are ready, so the records beyond those are its own.
 */
function readyIn({ stages, milestones }: StepFacts, index: number, inStage: readonly RegionProgress[]): number {
  const before = stages.slice(0, index).reduce((sum, { regions }) => sum + regions.length, 0);
  const records = milestones.find(({ verb }) => verb === 'region-ready')?.count ?? 0;
  const recorded = Math.min(Math.max(0, records - before), inStage.length);
  return Math.max(recorded, inStage.filter(({ state }) => state === 'done').length);
}
