import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { DeploymentRequest, LaneActivities, DeploymentEnd } from '../../activities/lane/contract.ts';
import { decidedEnd } from '../../domain/deployment/ending.ts';
import { broughtBy } from '../../domain/intake/merge.ts';
import { inStartOrder, passesLock } from '../../domain/lane/lane.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import { madeNeedless } from '../../domain/lane/superseding.ts';
import type { DeploymentNumber } from '../../domain/names.ts';
import { deploymentNumber, releaseNumber } from '../../domain/names.ts';
import type { DeploymentInput } from '../../workflows/messages/deployment.ts';
import { createDeploymentWorkflows } from '../../workers/deployment-workflows.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { controlQueue } from '../../workflows/messages/queues.ts';
import type { Worlds } from './central-activities.ts';
import type { DeploymentRow, ServiceWorld } from './service-world.ts';

const source = (commit: string) => ({ cloneUrl: 'https://git.example/acme/checkout', folder: '.', commit });

export const inputOf = ({ service }: ServiceWorld, row: DeploymentRow): DeploymentInput => {
  const { deployment, release, kind, request } = row;
  const merged = request.source.from === 'merge';
  const checkout = source('c'.repeat(40));
  return {
    service,
    deployment,
    release,
    kind,
    source: request.source,
    build: merged ? checkout : null,
    checkout,
    traceparent: null,
  };
};

export const laneActivities = (worlds: Worlds, client: () => Client): LaneActivities => ({
  async loadLane({ service }) {
    const world = worlds.of(service);
    world.laneReads += 1;
    const open = world.rows.filter(({ outcome }) => outcome === null);
    const { lock, rollback, rows } = world;
    const later = rollback && rows.findLast((row) => row.started && row.deployment > rollback.of);
    const isLate = later && later.deployment !== rollback.opened;
    return { lock, open: open.map(openOf), rollback, ...(isLate && { rollbackIsLate: later.deployment }) };
  },
  async openDeployment(request) {
    const { rows } = worlds.of(request.service);
    const known = rows.find(({ key }) => key === request.key);
    const requeued = (request.kind === 'rollback' || request.hotfix) && { requeued: true as const };
    if (known !== undefined) return { outcome: 'repeated', deployment: openOf(known), ...requeued };
    const expedited = request.hotfix ? expedite(request, rows) : undefined;
    if (expedited !== undefined) return { outcome: 'opened', deployment: openOf(expedited), requeued: true };
    if (request.source.from === 'person' && request.source.release > 900)
      return { outcome: 'refused', code: 'release-not-found', reason: 'no such release' };
    const deployment = deploymentNumber(rows.length + 1);
    const release = request.source.from === 'person' ? request.source.release : releaseNumber(rows.length + 1);
    const row = {
      deployment,
      release,
      kind: request.kind,
      key: request.key,
      started: false,
      runId: null,
      request,
      outcome: null,
      ...(request.hotfix && { hotfix: true }),
    };
    const waiting = rows.filter(({ started, outcome }) => !started && outcome === null);
    rows.push(row);
    if (request.cancels !== undefined) worlds.of(request.service).rollback = rollbackOf(request, deployment);
    if (requeued) requeue(rows, waiting, row);
    return { outcome: 'opened', deployment: openOf(row), ...requeued, ...supersede(row, waiting, rows) };
  },
  async startDeployment({ service, deployment }) {
    const world = worlds.of(service);
    await world.starting?.pass();
    const row = rowOf(world, deployment);
    if (row.outcome !== null || (world.lock !== null && !passesLock(row))) return { started: false };
    row.started = true;
    row.runId ??= await start(client(), inputOf(world, row));
    return { started: true };
  },
  async describeDeployment({ service, deployment }): Promise<DeploymentEnd> {
    const world = worlds.of(service);
    const { outcome } = rowOf(world, deployment);
    const finishing = world.pointsOfNoReturn.includes(deployment);
    const touched = world.intents.some((intent) => intent.deployment === deployment);
    const reach = world.reachSaid ?? (finishing ? 'finishing' : touched ? 'touched' : 'untouched');
    const said = world.progress.filter((progress) => progress.deployment === deployment);
    const last = said.at(-1);
    const hooked = said.some(({ hook }) => hook !== undefined);
    const ends = decidedEnd(last?.stop ?? null, last?.state ?? 'queued') ?? undefined;
    const standing = { outcome, reach, hooked, ends } as const;
    if (outcome !== null) return { state: 'ended', ...standing };
    const { state, runId } = await createDeploymentWorkflows(client()).find({ service, deployment });
    const row = rowOf(world, deployment);
    if (state === 'running') row.runId ??= runId;
    if (state === 'running' && row.runId === runId) return { state, ...standing };
    if (!row.started) return { state: 'queued', ...standing };
    await createDeploymentWorkflows(client()).recover({ service, deployment });
    return { state: 'recovering', ...standing };
  },
  async cancelDeployment({ service, deployment, by, reason }) {
    const world = worlds.of(service);
    rowOf(world, deployment).outcome = 'cancelled';
    world.cancelled.push({ deployment, by, reason });
  },
  async recordLock({ service, lock, key, by, reason, ends }) {
    const world = worlds.of(service);
    world.lockChanges.push({ by, reason });
    const isOther = ends !== undefined && world.lock?.until !== ends;
    if (!isOther && !world.lockKeys.includes(key)) world.lock = lock;
    world.lockKeys.push(key);
    return { lock: world.lock };
  },
  async recordRollback({ service, of, rollback, refused }) {
    const world = worlds.of(service);
    if (refused !== undefined) world.refusedRollbacks.push({ of, ...refused });
    if (rollback !== null || world.rollback?.of === of) world.rollback = rollback;
  },
  async findRollbackTarget({ service, to }) {
    const { rollbackTarget } = worlds.of(service);
    if (to === undefined || to === rollbackTarget) return { release: rollbackTarget, further: false };
    if (to > 900)
      return { release: null, refused: `${service}@${to} is none of the releases that ran before: deploy it` };
    return { release: to, further: true };
  },
});

const rollbackOf = (
  { cancels, source, key, traceparent, named }: DeploymentRequest,
  opened: DeploymentNumber,
): PendingRollback => ({
  of: cancels!,
  opened,
  by: source.from === 'person' ? source.person : source.pusher,
  reason: source.from === 'person' ? (source.reason ?? '') : '',
  key,
  traceparent,
  ...(named && { named }),
});

function requeue(rows: DeploymentRow[], waiting: readonly DeploymentRow[], first: DeploymentRow): void {
  for (const each of waiting.filter((one) => one !== first && inStartOrder([one, first])[0] === first)) {
    rows.push({ ...each, deployment: deploymentNumber(rows.length + 1) });
    Object.assign(each, { outcome: 'superseded', key: `${each.key} before` });
  }
}

/** What waits with the release goes first. */
function expedite({ source }: DeploymentRequest, rows: DeploymentRow[]): DeploymentRow | undefined {
  const waiting = rows.filter(({ started, outcome }) => !started && outcome === null);
  const found = waiting.find(({ release }) => source.from === 'person' && release === source.release);
  if (found === undefined) return undefined;
  found.hotfix = true;
  requeue(rows, waiting, found);
  return found;
}

function supersede(row: DeploymentRow, waiting: readonly DeploymentRow[], rows: readonly DeploymentRow[]) {
  const needless = madeNeedless(queuedOf(row), waiting.map(queuedOf), rows.flatMap(mergedOf)).map(({ one }) => one.row);
  for (const each of needless) each.outcome = 'superseded';
  return needless.length > 0 && { superseded: needless.map(({ deployment }) => deployment) };
}

const queuedOf = (row: DeploymentRow) => {
  const { kind, release, request, hotfix = false } = row;
  return {
    row,
    kind,
    release,
    hotfix,
    merge: request.source.from === 'merge' ? request.source : null,
    althoughReverted: false,
  };
};

const mergedOf = ({ release, request: { source } }: DeploymentRow) =>
  source.from === 'person'
    ? []
    : [{ release, branch: source.branch, commits: broughtBy(source), reverts: source.reverts ?? [] }];

const openOf = ({ deployment, release, kind, key, started, hotfix, request }: DeploymentRow) => ({
  deployment,
  release,
  kind,
  key,
  started,
  ...(hotfix && { hotfix }),
  ...(request.makesWay && { makesWay: { ...request.makesWay, by: 'ada', reason: 'INC-7' } }),
});

function rowOf({ rows }: ServiceWorld, deployment: DeploymentNumber): DeploymentRow {
  const row = rows.find((candidate) => candidate.deployment === deployment);
  if (row === undefined) throw new Error(`no deployment ${deployment}`);
  return row;
}

async function start(client: Client, input: DeploymentInput): Promise<string | null> {
  const workflowId = deploymentWorkflowId(input.service, input.deployment);
  try {
    const { firstExecutionRunId } = await client.workflow.start('deployment', {
      workflowId,
      taskQueue: controlQueue,
      args: [input],
    });
    return firstExecutionRunId;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return null;
  }
}
