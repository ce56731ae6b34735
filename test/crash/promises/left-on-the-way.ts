import type { GoalRow } from '../../../domain/goal/goal.ts';

/**
 * What has ended has finished, held or undone every region that had heard of it; also one that no host was told to switch
 * in, whose hosts look the same either way.
 */
export const leftOnTheWay = ({ region, mode, next, attempt }: GoalRow): string | null =>
  mode === 'advance' && next !== null
    ? `the goal of ${region} is left on its way to release ${next.release.number} by deployment ${attempt.deployment}`
    : null;
