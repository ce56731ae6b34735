/** The control worker: every workflow, the light activities, the inbox and the schedules. Signing keys live here. */
import { flushCompileCache } from 'node:module';
import { createDeploymentRecordActivities } from '../activities/deployment-record/activities.ts';
import { createFleetActivities } from '../activities/fleet/activities.ts';
import { withHeartbeats } from '../activities/heartbeat.ts';
import { createGateActivities } from '../activities/gates/gate-activities.ts';
import { usualPace } from '../activities/gates/watch-checks.ts';
import { createLaneActivities } from '../activities/lane/activities.ts';
import { createRecoveryActivities } from '../activities/recovery/activities.ts';
import { createReleaseActivities } from '../activities/release/release-activities.ts';
import { zoneRules } from '../infra/calendar/zone-rules.ts';
import { readControlConfig } from '../infra/config/control.ts';
import type { ControlConfig } from '../infra/config/control.ts';
import { configOrExit } from '../infra/config/environment.ts';
import { readPrivateKey, readPublicKey } from '../infra/keys/read-keys.ts';
import { connectPrometheus } from '../infra/metrics/prometheus.ts';
import { createCommitStatuses } from '../infra/postgres/central/commit-statuses.ts';
import { connectCentral } from '../infra/postgres/central/database.ts';
import { createDeploymentRecords } from '../infra/postgres/central/deployment-records.ts';
import { createFleetRecords } from '../infra/postgres/central/fleet-records.ts';
import { createInbox, inboxChannel } from '../infra/postgres/central/inbox-records.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { createLaneRuns } from '../infra/postgres/central/lane-runs.ts';
import { createLostRecords } from '../infra/postgres/central/lost-records.ts';
import { createPersonRoles } from '../infra/postgres/central/person-roles.ts';
import { createRegionRecords } from '../infra/postgres/central/region-records.ts';
import { createReleaseRecords, listRemovedRegions } from '../infra/postgres/central/release-records.ts';
import { listenForNotifications } from '../infra/postgres/notifications.ts';
import { untilAvailable } from '../infra/postgres/until-available.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';
import { createLogger } from '../infra/telemetry/logger.ts';
import { endTracing } from '../infra/telemetry/tracing.ts';
import { connectWorker } from '../infra/temporal/connect-worker.ts';
import { connectClient } from '../infra/temporal/connect.ts';
import { stopSignal } from '../infra/stop-signal.ts';
import { createWorker, installRuntime, runWorkers } from '../infra/temporal/workers.ts';
import { bundleBuildId, versionedWorker } from '../infra/temporal/worker-version.ts';
import { controlQueue, gateQueue } from '../workflows/messages/queues.ts';
import { createClosedLanes } from './closed-lanes.ts';
import { createDeploymentWorkflows } from './deployment-workflows.ts';
import { keepFleetOpen } from './fleet-keeper.ts';
import { runInboxLoop } from './inbox-loop.ts';
import { keepLanesOpen } from './lane-keeper.ts';
import { createLanes } from './lanes.ts';
import { createLostWorkflows } from './lost-workflows.ts';
import { keepReconcileSchedules } from './reconcile-schedules.ts';
import { warnOfTooOld } from './too-old.ts';
import { createWakeUp } from './wake-up.ts';

/** Activities here are single transactions and signatures; two cores do no more than this at once to any use. */
const maxActivities = 40;
/** Of what waits for a CI or for metrics: each is asleep but for a short look every few seconds. */
const maxWatches = 500;
/** Connections: activities queue for them, and each service whose inbox is drained holds one while its lane answers. */
const maxConnections = 24;
/** Below the 30 s of an activity: one that waits for a database that vanished ends, and gives its connection back. */
const patienceMs = 20_000;

const config = configOrExit(readControlConfig);
const log = createLogger({ program: 'control', level: config.logLevel });
const stop = stopSignal();

try {
  const { temporal, centralDatabaseUrl: url } = config;
  const keys = await readKeys(config);
  const buildId = await bundleBuildId(config.workflowBundle);
  const workflows = workflowSettings(config, buildId);
  const connect = () => connectCentral({ url, applicationName: 'slipway-control', maxConnections, patienceMs });
  const database = await untilAvailable(connect, { signal: stop, log });
  installRuntime(log);
  const client = await connectClient(temporal, { signal: stop, log });
  const connection = await connectWorker(temporal, { signal: stop, log });
  const store = await openFolderStore(config.centralStore);
  const releases = createReleaseActivities({
    ...keys,
    records: createReleaseRecords(database),
    people: createPersonRoles(database),
    store,
    hasMetricsServer: config.prometheusUrl !== null,
    hooksAllowed: config.hooksAllowed,
    breakGlass: config.breakGlass,
    now: () => new Date(),
  });
  const deploymentWorkflows = createDeploymentWorkflows(client);
  const activities = withHeartbeats({
    ...createLaneActivities({ records: createLaneRecords(database), workflows: deploymentWorkflows }),
    ...createFleetActivities({
      records: createFleetRecords(database),
      workflows: deploymentWorkflows,
      caps: config.fleetCaps,
      rules: zoneRules,
      now: Date.now,
    }),
    ...createDeploymentRecordActivities({
      deployments: createDeploymentRecords(database),
      regions: createRegionRecords(database),
    }),
    ...releases,
    ...createRecoveryActivities({
      records: createLostRecords(database),
      workflows: createLostWorkflows(client),
      store,
      plan: ({ source, ...start }) => {
        const limits = source.from === 'person' ? { only: source.regions, further: source.further } : {};
        return releases.planDeployment({ ...start, ...limits, askedBy: null });
      },
    }),
  });
  const gates = await createWorker({
    connection,
    namespace: temporal.namespace,
    queue: gateQueue,
    activities: createGateActivities({
      statuses: createCommitStatuses(database),
      store,
      pace: usualPace,
      metrics: metricsOf(config),
      now: Date.now,
    }),
    maxActivities: maxWatches,
  });
  const worker = await createWorker({
    connection,
    namespace: temporal.namespace,
    queue: controlQueue,
    activities,
    maxActivities,
    more: workflows,
  });

  const inbox = createInbox(database);
  const lanes = createLanes(client, stop);
  const closedLanes = createClosedLanes(client, createLaneRuns(database), stop);
  const wakeUp = createWakeUp();
  const { wake } = wakeUp;
  const listener = listenForNotifications({
    url,
    channels: [inboxChannel],
    onNotification: wake,
    onConnected: wake,
    onError: (error) => log.warn({ error }, 'the central database is away'),
  });
  const { listRegions } = createReleaseRecords(database);
  const listRemoved = () => listRemovedRegions(database);
  const loops = [
    runInboxLoop({ inbox, lanes, wakeUp, log }, stop),
    keepLanesOpen({ inbox, lanes, closedLanes, log }, stop),
    keepFleetOpen({ client, log }, stop),
    keepReconcileSchedules({ client, listRegions, listRemoved, log }, stop),
    warnOfTooOld(client, buildId, log),
  ];
  flushCompileCache(); // the next program of this kind starts from it
  log.info({ queue: controlQueue }, 'ready');
  await Promise.all([runWorkers([worker, gates], stop), ...loops]);
  await listener.close();
  await connection.close();
  await client.connection.close();
  await database.close(true);
} catch (error) {
  if (!stop.aborted) {
    log.fatal({ error }, `the control worker ends: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
await endTracing();
process.exit();

async function readKeys({ buildKeyFile, admissionKeyFile, approvalPublicKeyFile }: ControlConfig) {
  return {
    buildKey: await readPrivateKey(buildKeyFile),
    admissionKey: await readPrivateKey(admissionKeyFile),
    approvalKey: await readPublicKey(approvalPublicKeyFile),
  };
}

function metricsOf({ prometheusUrl: url, prometheusTokenFile: tokenFile }: ControlConfig) {
  return url === null ? null : connectPrometheus({ url, tokenFile });
}

function workflowSettings({ workflowBundle }: ControlConfig, buildId: string) {
  return {
    ...versionedWorker(buildId),
    workflowBundle: { codePath: workflowBundle },
    // Measured at about 0.5 MB a workflow beside the worker's own 180 MB; what falls out is replayed.
    maxCachedWorkflows: 200,
    workflowThreadPoolSize: 1,
    maxConcurrentWorkflowTaskExecutions: 40,
    // After a kill, tasks wait this long for the worker that is gone, before another gets them.
    stickyQueueScheduleToStartTimeout: '3s',
  };
}
