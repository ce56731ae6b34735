import { Worker } from '@temporalio/worker';
import { createDeploymentRecordActivities } from '../activities/deployment-record/activities.ts';
import { createFleetActivities } from '../activities/fleet/activities.ts';
import { createLaneActivities } from '../activities/lane/activities.ts';
import type { FleetCaps } from '../domain/fleet/rule-fleet.ts';
import { zoneRules } from '../infra/calendar/zone-rules.ts';
import { createDeploymentRecords } from '../infra/postgres/central/deployment-records.ts';
import { createFleetRecords } from '../infra/postgres/central/fleet-records.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { createRegionRecords } from '../infra/postgres/central/region-records.ts';
import type { Database } from '../infra/postgres/connect.ts';
import { createDeploymentWorkflows } from '../workers/deployment-workflows.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import type { TestTemporal } from './temporal.ts';
import { bundleForRealTime } from './workflow-world/bundles.ts';

export interface CentralWorker {
  close(): Promise<void>;
}

/** Slipway's own workflows over a real central database. Nobody builds, so that a merge waits for it, or plans. */
export async function startCentralWorker(
  database: Database,
  temporal: TestTemporal,
  caps: FleetCaps = { overall: null, perRegion: null },
): Promise<CentralWorker> {
  const { client, namespace, nativeConnection: connection } = temporal;
  const workflows = createDeploymentWorkflows(client);
  const deployments = createDeploymentRecords(database);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: controlQueue,
    workflowBundle: { codePath: await bundleForRealTime() },
    sinks: { exporter: { export: { fn: () => undefined, callDuringReplay: false } } },
    activities: {
      ...createLaneActivities({ records: createLaneRecords(database), workflows }),
      ...createFleetActivities({
        records: createFleetRecords(database),
        workflows,
        caps,
        rules: zoneRules,
        now: Date.now,
      }),
      ...createDeploymentRecordActivities({ deployments, regions: createRegionRecords(database) }),
      planDeployment: () => Promise.resolve({ outcome: 'refused', reason: 'nobody plans here' }),
    },
    shutdownForceTime: '1s',
  });
  const working = worker.run();
  return {
    async close() {
      worker.shutdown();
      await working;
    },
  };
}
