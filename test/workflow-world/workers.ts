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

/** @param shutdownGraceTime that a running activity has to end in, when the worker stops */
export const createWorker = (
  { nativeConnection, namespace }: TestWorkflowEnvironment,
  taskQueue: string,
  activities: object,
  shutdownGraceTime: '30s' | 0 = 0,
) =>
  Worker.create({
    connection: nativeConnection,
    namespace: namespace ?? 'default',
    taskQueue,
    activities,
    maxHeartbeatThrottleInterval: 200,
    shutdownGraceTime,
    shutdownForceTime: shutdownGraceTime === 0 ? '1s' : shutdownGraceTime,
  });

export interface WorkflowSettings {
  readonly fleet: FleetWorld;
  /** File of the bundle. */
  readonly bundle: string;
  /** Task queues that nobody polls at first. */
  readonly unpolled?: readonly string[] | undefined;
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
  const { unpolled = [] } = settings;
  const worker = (taskQueue: string, activities: object) => createWorker(env, taskQueue, activities);
  return Promise.all([
    createControlWorker(env, worlds, settings),
    worker(gateQueue, gateActivities(worlds)),
    ...[...regionActivities(worlds)]
      .filter(([queue]) => !unpolled.includes(queue))
      .map(([queue, activities]) => worker(queue, activities)),
  ]);
}

/** By task queue. */
export const regionActivities = (worlds: Worlds): ReadonlyMap<string, object> =>
  new Map(
    allRegions.flatMap((region: RegionName): readonly (readonly [string, object])[] => {
      const worldOf = ({ service }: { readonly service: ServiceName }) => worlds.of(service).regions[region]!;
      return [
        [regionQueue(region), goalActivities(worldOf)],
        [regionBulkQueue(region), replicationActivities(worldOf)],
        [regionUrgentQueue(region), urgentActivities(worldOf)],
      ];
    }),
  );

/** The bundle traces; nobody looks at the spans here. */
const noSpans = { exporter: { export: { fn: () => undefined, callDuringReplay: false } } };
