import type { Region, StoredBatch } from '../world/world.ts';

/** All batches of the deployment, in the order in which infra/postgres/region/batches.ts gives them. */
export const batchesOf = ({ database }: Region, deployment: number): readonly StoredBatch[] =>
  database.batches
    .filter(({ attempt }) => attempt.deployment === deployment)
    .toSorted((a, b) => a.attempt.local - b.attempt.local || a.number - b.number);
