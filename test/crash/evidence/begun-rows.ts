import type { DeploymentNumber, RegionName, ServiceName } from '../../../domain/names.ts';
import { BatchRecord, SnapshotRecord } from '../../../infra/postgres/region/entities/goals.ts';
import type { StackDatabases } from './databases.ts';
import type { RegionEvidence } from './evidence.ts';

type Batch = RegionEvidence['batches'][number] & { readonly local: number };
type Begun = Pick<RegionEvidence, 'snapshots' | 'batches'>;

/** What began in regions, also what a region has forgotten since. */
export interface BegunRows {
  look(databases: StackDatabases, region: RegionName, service: ServiceName): Promise<void>;
  /** Of the deployments from `first` on, in order. */
  of(region: RegionName, first: DeploymentNumber): Begun;
}

export function openBegunRows(): BegunRows {
  const batches = new Map<string, Batch & { readonly region: RegionName }>();
  const snapshots = new Map<string, RegionEvidence['snapshots'][number] & { readonly region: RegionName }>();
  return {
    async look(databases, region, service) {
      const em = databases.region(region);
      for (const { deployment: of, local, number, cut, members, startedAt } of await em.find(BatchRecord, {
        service,
      })) {
        const deployment = of as DeploymentNumber;
        const key = [region, deployment, local, number].join();
        // A step that is repeated moves its time.
        const startedAtMs = batches.get(key)?.startedAtMs ?? startedAt.getTime();
        batches.set(key, { region, deployment, local, number, cut, members, startedAtMs });
      }
      for (const { deployment, host } of await em.find(SnapshotRecord, { service }))
        snapshots.set([region, deployment, host].join(), { region, deployment: deployment as DeploymentNumber, host });
    },
    of: (region, first) => ({
      snapshots: [...snapshots.values()].filter((each) => each.region === region && each.deployment >= first),
      batches: [...batches.values()]
        .filter((each) => each.region === region && each.deployment >= first)
        .sort((a, b) => a.deployment - b.deployment || a.local - b.local || a.number - b.number),
    }),
  };
}
