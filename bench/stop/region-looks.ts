import { databaseUrl, regionDatabase } from '../../infra/local/programs.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { BatchRecord, GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import { HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** The database of one region, looked into from outside; times are of the machine's clock, which is the database's. */
export interface RegionLooks {
  readonly region: string;
  /** When the region's goal became that deployment's undo; `null` while it isn't. */
  undoWrittenAtMs(ref: DeploymentRef): Promise<number | null>;
  /** Host → when its report that the release failed there came in, for hosts not in `known`. */
  newFailures(ref: DeploymentRef, known: ReadonlySet<string>): Promise<ReadonlyMap<string, number>>;
  /** Told to switch by the deployment, all batches together. */
  hostsTold(ref: DeploymentRef): Promise<number>;
}

/** Runs `look` on every region of a stack; the connections end with it. */
export async function lookIntoRegions<Seen>(
  { shape }: BenchStack,
  look: (regions: readonly RegionLooks[]) => Promise<Seen>,
): Promise<Seen> {
  const databases: Database[] = [];
  try {
    for (const region of shape.regions) {
      const url = databaseUrl(shape, regionDatabase(region));
      databases.push(await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 1 }));
    }
    return await look(shape.regions.map((region, index) => looksInto(region, databases[index]!)));
  } finally {
    await Promise.all(databases.map((database) => database.close(true)));
  }
}

function looksInto(region: string, database: Database): RegionLooks {
  const em = () => database.em.fork();
  return {
    region,
    async undoWrittenAtMs({ service, deployment }) {
      const goal = await em().findOne(GoalRecord, { service });
      const undone = goal?.row.mode === 'undo' && goal.row.attempt.deployment === deployment;
      return undone ? goal.changedAt.getTime() : null;
    },
    async newFailures({ service, deployment }, known) {
      const reverted = await em().find(HostServiceRecord, {
        service,
        attemptDeployment: deployment,
        state: 'reverted',
      });
      return new Map(
        reverted.filter(({ host }) => !known.has(host)).map(({ host, changedAt }) => [host, changedAt.getTime()]),
      );
    },
    async hostsTold({ service, deployment }) {
      const batches = await em().find(BatchRecord, { service, deployment });
      return batches.reduce((sum, { members }) => sum + members.hosts.length, 0);
    },
  };
}
