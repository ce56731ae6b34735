import type { KeyObject } from 'node:crypto';
import type { Generation, RegionName, ServiceName } from '../../domain/names.ts';
import type { OfferedGoal, OfferedIndex } from '../../protocol/gateway.ts';
import { goalIndex, goalTree, signGoalIndex, type GoalIndex } from '../../protocol/goal-index.ts';

/** What a director says of these goals, all in its index and proven by it. */
export function indexOver(
  goals: readonly OfferedGoal[],
  key: KeyObject,
  region: RegionName,
  version: number,
  change: Partial<GoalIndex> = {},
): OfferedIndex {
  const tree = goalTree(
    goals.map((goal) => ({ service: goal.service, etag: goal.etag, generation: generationOf(goal) })),
  );
  const index = { ...goalIndex(region, version, Date.now(), tree), ...change };
  return {
    index: signGoalIndex(index, key),
    proofs: goals.flatMap(({ service }) => tree.proofOf(service as ServiceName) ?? []),
  };
}

/** What it signs, whether that makes a goal or not. */
const generationOf = ({ goal }: OfferedGoal): Generation => {
  const document = JSON.parse(Buffer.from(goal.payload, 'base64').toString('utf8')) as {
    readonly generation: Generation;
  };
  return document.generation;
};
