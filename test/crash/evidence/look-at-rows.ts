import type { RegionProgress } from '../../../domain/progress/region-progress.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { GoalMode } from '../../../domain/goal/goal.ts';
import type { DeploymentNumber, Generation, RegionName, ServiceName } from '../../../domain/names.ts';
import type { DeploymentState } from '../../../domain/states.ts';
import { Deployment } from '../../../infra/postgres/central/entities.ts';
import { GoalRecord } from '../../../infra/postgres/region/entities/goals.ts';
import type { StackDatabases } from './databases.ts';
import { openBegunRows, type BegunRows } from './begun-rows.ts';
import { repeat, type Closable } from './repeat.ts';

/** A region's goal row as it was at one moment. */
export interface GoalLook {
  readonly region: RegionName;
  readonly generation: Generation;
  readonly attempt: Attempt;
  readonly mode: GoalMode;
}

/** What people were shown of an open deployment at one moment. */
export interface ProgressLook {
  readonly atMs: number;
  readonly deployment: DeploymentNumber;
  readonly state: DeploymentState;
  /** Its start was claimed, so it may be touching regions. */
  readonly started: boolean;
  readonly regions: readonly RegionProgress[];
}

export interface RowLooks extends Closable {
  readonly goals: readonly GoalLook[];
  /** Batches and snapshots of every region: it keeps those of the newest deployments only. */
  readonly begun: BegunRows;
  /** One list for each look: the deployments that were open. */
  readonly open: readonly (readonly ProgressLook[])[];
}

const goalEveryMs = 200;
const progressEveryMs = 100;

/** Reads goals and the projection all the time, as far as Postgres answers. */
export function lookAtRows(databases: StackDatabases, regions: readonly RegionName[], service: ServiceName): RowLooks {
  const goals: GoalLook[] = [];
  const begun = openBegunRows();
  const open: (readonly ProgressLook[])[] = [];
  const loops = [
    ...regions.map((region) =>
      repeat(goalEveryMs, async () => {
        const found = await databases.region(region).findOne(GoalRecord, { service });
        if (found === null) return;
        const { generation, attempt, mode } = found.row;
        goals.push({ region, generation, attempt, mode });
        await begun.look(databases, region, service);
      }),
    ),
    repeat(progressEveryMs, async () => {
      const rows = await databases.central().find(Deployment, { service, outcome: null });
      const atMs = Date.now();
      open.push(
        rows.map(({ number: deployment, state, startedAt, regions: shown }) => ({
          atMs,
          deployment,
          state,
          started: (startedAt ?? null) !== null,
          regions: shown,
        })),
      );
    }),
  ];
  return { goals, begun, open, close: async () => void (await Promise.all(loops.map((loop) => loop.close()))) };
}
