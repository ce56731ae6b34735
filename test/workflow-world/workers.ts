import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { RegionName, ServiceName } from '../../domain/names.ts';
import {
  controlQueue,
  gateQueue,
  regionBulkQueue,
  regionQueue,
  regionUrgentQueue,
} from '../../workflows/messages/queues.ts';
import type { Worlds } from './central-activities.ts';
import { recordActivities, releaseActivities } from './central-activities.ts';
import { fleetActivities, type FleetWorld } from './fleet-activities.ts';
import { gateActivities } from './gate-activities.ts';
import { laneActivities } from './lane-activities.ts';
import { recoveryActivities } from './recovery-activities.ts';
import { goalActivities, replicationActivities, urgentActivities } from './region-activities.ts';
import { allRegions } from './service-world.ts';

export const createWorker = (
  { nativeConnection, namespace }: TestWorkflowEnvironment,
  taskQueue: string,
  activities: object,
) =>
  Worker.create({
    connection: nativeConnection,
    namespace: namespace ?? 'default',
    taskQueue,
    activities,
    maxHeartbeatThrottleInterval: 200,
    shutdownForceTime: '1s',
  });

export interface WorkflowSettings {
  readonly fleet: FleetWorld;
  /** File of the bundle. */
  readonly bundle: string;
  /** Of the control worker; without it, the worker is not versioned. */
  readonly version?: { readonly deploymentName: string; readonly buildId: string } | undefined;
}

/** Runs all workflows, and the activities of the centre. */
export function createControlWorker(
  env: TestWorkflowEnvironment,
  worlds: Worlds,
  { version, bundle, fleet }: WorkflowSettings,
): Promise<Worker> {
  return Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    ...(version && {
      workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior: 'PINNED' },
    }),
    taskQueue: controlQueue,
    activities: {
      ...recordActivities(worlds),
      ...releaseActivities(worlds),
      ...laneActivities(worlds, () => env.client),
      ...fleetActivities(fleet, worlds, () => env.client),
      ...recoveryActivities(worlds, () => env.client),
    },
    workflowBundle: { codePath: bundle },
    sinks: noSpans,
    maxHeartbeatThrottleInterval: 200,
    shutdownForceTime: '1s',
  });
}

/** The control worker, and those of every region. */
export async function createWorkers(
  env: TestWorkflowEnvironment,
  worlds: Worlds,
  settings: WorkflowSettings,
): Promise<readonly Worker[]> {
  const worker = (taskQueue: string, activities: object) => createWorker(env, taskQueue, activities);
  const ofRegion = (region: RegionName) => {
    const worldOf = ({ service }: { readonly service: ServiceName }) => worlds.of(service).regions[region]!;
    return [
      worker(regionQueue(region), goalActivities(worldOf)),
      worker(regionBulkQueue(region), replicationActivities(worldOf)),
      worker(regionUrgentQueue(region), urgentActivities(worldOf)),
    ];
  };
  return Promise.all([
    createControlWorker(env, worlds, settings),
    worker(gateQueue, gateActivities(worlds)),
    ...allRegions.flatMap(ofRegion),
  ]);
}

/** The bundle traces; nobody looks at the spans here. */
const noSpans = { exporter: { export: { fn: () => undefined, callDuringReplay: false } } };
