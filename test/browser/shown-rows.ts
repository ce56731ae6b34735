import { deploymentNumber, regionName, serviceName, type DeploymentNumber } from '../../domain/names.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import type { DeploymentProgress, FinishDeploymentInput } from '../../activities/deployment-record/contract.ts';
import { createRegionSummaries } from '../../infra/postgres/central/api-summaries.ts';
import { createDeploymentRecords } from '../../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../../infra/postgres/central/lane-records.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { mergeRequest } from '../central-database.ts';

/** A merge that was given its numbers and has begun. */
export async function beginDeployment(database: Database, service = 'checkout'): Promise<DeploymentNumber> {
  const lanes = createLaneRecords(database);
  const opened = await lanes.open(mergeRequest(`merge-${Math.random()}`, service));
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  const { deployment } = opened.deployment;
  await lanes.claimStart({ service: serviceName(service), deployment });
  return deployment;
}

export type Shown = Partial<Omit<DeploymentProgress, 'service' | 'deployment'>> & { readonly sequence: number };

/** What its workflow would tell of it. */
export async function tellProgress(database: Database, number: number, shown: Shown, service = 'checkout') {
  await createDeploymentRecords(database).showProgress({
    service: serviceName(service),
    deployment: deploymentNumber(number),
    state: 'rolling',
    stage: 'world',
    paused: false,
    held: false,
    waiting: null,
    regions: [],
    approvals: null,
    actor: 'slipway',
    event: 'batch-advanced',
    message: 'a batch was allowed',
    ...shown,
  });
}

/** A success, unless another end is given. */
export async function endDeployment(
  database: Database,
  number: number,
  service = 'checkout',
  end: Partial<FinishDeploymentInput> = {},
): Promise<void> {
  await createDeploymentRecords(database).finish({
    service: serviceName(service),
    deployment: deploymentNumber(number),
    sequence: 1_000,
    outcome: 'succeeded',
    reason: '',
    regions: [],
    pending: [],
    lock: null,
    ...end,
  });
}

export const regionProgress = (region: string, parts: Partial<RegionProgress> = {}): RegionProgress => ({
  region: regionName(region),
  state: 'rolling',
  batch: 2,
  batches: 4,
  hosts: { total: 10, switched: 5, healthy: 5, failed: 0 },
  reason: null,
  ...parts,
});

let sequence = 0;

/** What a region would say of its hosts: all are healthy and run the release. */
export async function tellHosts(database: Database, region: string, release: number, service = 'checkout') {
  sequence += 1;
  const none = { unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
  const name = serviceName(service);
  await createRegionSummaries(database).store({
    region: regionName(region),
    sequence,
    at: new Date().toISOString(),
    services: [
      {
        service: name,
        attempt: { deployment: deploymentNumber(1), local: 0 },
        generation: 1 as never,
        mode: 'advance',
        hosts: { total: 10, healthy: 10, ...none },
        running: [{ release, hosts: 10 }],
      },
    ],
  });
}

/** The region has said nothing for this long. */
export async function silenceRegion(database: Database, region: string, ms: number): Promise<void> {
  const at = new Date(Date.now() - ms);
  await database.em
    .fork()
    .execute('update region_summary set at = ?, received_at = ? where region = ?', [at, at, region]);
}
