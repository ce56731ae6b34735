import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import type { ServiceName } from '../../domain/names.ts';
import { deploymentNumber, releaseNumber } from '../../domain/names.ts';
import type { deployment, fleet, lane } from '../../workflows/index.ts';
import type { DeploymentInput } from '../../workflows/messages/deployment.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { fleetStart } from '../../workflows/messages/fleet.ts';
import { laneStart } from '../../workflows/messages/lane.ts';
import { buildQueue, controlQueue } from '../../workflows/messages/queues.ts';
import { createTimeSkippingEnvironment } from '../temporal.ts';
import { bundleForRealTime, bundleForShortWaits, bundleForSkippedTime } from './bundles.ts';
import type { Worlds } from './central-activities.ts';
import { buildActivities } from './central-activities.ts';
import { createFleetWorld, type FleetWorld } from './fleet-activities.ts';
import { tellsHowItStands, testNumber, waitingFor } from './how-it-stands.ts';
import type { ServiceWorld } from './service-world.ts';
import { createServiceWorld } from './service-world.ts';
import type { WorkflowSettings } from './workers.ts';
import { createControlWorker, createWorker, createWorkers, regionActivities } from './workers.ts';

/** Workers for every queue, over worlds in memory, on a server that skips time while a result is awaited. */
export interface WorkflowWorld {
  readonly env: TestWorkflowEnvironment;
  /** A service of its own for each test. */
  service(name: string): ServiceWorld;
  /** Starts deployment 1 of a merge by lin, or what `over` says. */
  deploy(world: ServiceWorld, over?: Partial<DeploymentInput>): Promise<WorkflowHandle<typeof deployment>>;
  /** Starts the lane of a service. */
  openLane(world: ServiceWorld): Promise<WorkflowHandle<typeof lane>>;
  /** What the fleet goes by; nobody asks it but deployments that are told to. */
  readonly fleet: FleetWorld;
  /** Starts the fleet. */
  openFleet(): Promise<WorkflowHandle<typeof fleet>>;
  /** Workflows hear of nothing before all of `act` is done, and then of everything that it brought in one activation. */
  atOnce(act: () => Promise<void>): Promise<void>;
  /** In a world that began without one. */
  startBuildWorker(): Promise<void>;
  /** For a queue of a region that began unpolled. Answers how it ends: it takes up nothing more, and what runs goes on. */
  startRegionWorker(queue: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface WorkflowWorldOptions {
  /** Without it, a server of its own that skips time. */
  readonly env?: TestWorkflowEnvironment;
  readonly version?: WorkflowSettings['version'];
  /** With `env`: limits of waiting for a worker pass in a twentieth of their time. */
  readonly hasShortWaits?: true;
  readonly unpolled?: WorkflowSettings['unpolled'];
  /** `later`: nothing is built before `startBuildWorker`. */
  readonly buildWorker?: 'later';
}

export async function createWorkflowWorld(options: WorkflowWorldOptions = {}): Promise<WorkflowWorld> {
  const env = options.env ?? (await createTimeSkippingEnvironment());
  const known = new Map<ServiceName, ServiceWorld>();
  const worlds: Worlds = { of: (service) => known.get(service)!, all: () => [...known.values()] };
  const fleetWorld = createFleetWorld();
  const bundle = await bundleFor(options);
  const tellNoMore = tellsHowItStands(env);
  const running: { readonly worker: Worker; readonly ended: Promise<void> }[] = [];
  const run = (worker: Worker): void => void running.push({ worker, ended: worker.run() });
  const startBuildWorker = async (): Promise<void> => run(await createWorker(env, buildQueue, buildActivities(worlds)));
  const { version, unpolled } = options;
  const settings: WorkflowSettings = { version, unpolled, bundle, fleet: fleetWorld };
  for (const worker of await createWorkers(env, worlds, settings)) run(worker);
  if (options.buildWorker !== 'later') await startBuildWorker();
  return {
    env,
    service: (name) => {
      const world = createServiceWorld(name);
      known.set(world.service, world);
      return world;
    },
    deploy: (world, over = {}) => {
      const input = { ...mergeOf(world), ...over };
      const workflowId = deploymentWorkflowId(input.service, input.deployment);
      return env.client.workflow.start<typeof deployment>('deployment', {
        workflowId,
        taskQueue: controlQueue,
        args: [input],
      });
    },
    openLane: ({ service }) => env.client.workflow.start<typeof lane>('lane', laneStart(service)),
    fleet: fleetWorld,
    openFleet: () => env.client.workflow.start<typeof fleet>('fleet', fleetStart()),
    startRegionWorker: async (queue) => {
      const worker = await createWorker(env, queue, regionActivities(worlds).get(queue)!, '30s');
      run(worker);
      const { ended } = running.at(-1)!;
      return () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        return ended;
      };
    },
    atOnce: async (act) => {
      const [control] = running.filter(({ worker }) => worker.options.taskQueue === controlQueue);
      control!.worker.shutdown();
      await control!.ended;
      running.splice(running.indexOf(control!), 1);
      await act();
      run(await createControlWorker(env, worlds, settings));
    },
    close: async () => {
      tellNoMore();
      for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(running.map(({ ended }) => ended));
      await env.teardown();
    },
    startBuildWorker,
  };
}

function bundleFor({ env, hasShortWaits }: WorkflowWorldOptions): Promise<string> {
  if (env === undefined) return bundleForSkippedTime();
  return hasShortWaits ? bundleForShortWaits() : bundleForRealTime();
}

const checkout = { cloneUrl: 'https://git.example/acme/checkout', folder: '.', commit: 'c'.repeat(40) };

const mergeOf = ({ service }: ServiceWorld): DeploymentInput => ({
  service,
  deployment: deploymentNumber(1),
  kind: 'rollout',
  release: releaseNumber(1),
  build: checkout,
  source: {
    from: 'merge',
    commit: checkout.commit,
    before: 'b'.repeat(40),
    branch: 'main',
    authors: ['lin'],
    pusher: 'lin',
    subject: 'a change',
  },
  checkout,
  traceparent: null,
});

/** Waits for a condition of the world; fails by the test's own limit, never by a shorter one. */
export const until = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  waitingFor(condition, async () => {
    const own = testNumber();
    while (!(await condition())) {
      // Of a test that has run into its limit: nobody waits for it any more, and the process could never end.
      if (testNumber() !== own) return new Promise(() => undefined);
      await delay(10);
    }
  });
