/** Mirrors infra/postgres/central: open-deployment.ts, requeue-waiting.ts, deployment-start.ts, lane-records.ts. */
import type { OpenDeployment } from '../../../domain/lane/lane.ts';
import type { LaneLock } from '../../../domain/lane/lane.ts';
import type { PendingRollback } from '../../../domain/lane/rollback-follow-up.ts';
import { deploymentNumber, releaseNumber } from '../../../domain/names.ts';
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import type { DeploymentKind } from '../../../domain/states.ts';
import { deploymentId, recoveryId } from '../world/names.ts';
import type { DeploymentRow, World } from '../world/world.ts';
import { startWorkflow } from '../world/workflows.ts';
import { deploymentRow, endDeployment, regionOutcomes } from './rows.ts';

export interface Request {
  readonly key: string;
  readonly kind: DeploymentKind;
  /** `null`: a merge, which makes its own. */
  readonly release: ReleaseNumber | null;
  /** Of a rollback: the active deployment, which is cancelled for it. */
  readonly cancels?: DeploymentNumber | null;
}

export type Opened =
  | { readonly outcome: 'opened' | 'repeated'; readonly deployment: OpenDeployment; readonly requeued: boolean }
  | { readonly outcome: 'refused'; readonly code: 'release-not-ready'; readonly reason: string };

export const openOf = ({ number, release, kind, key, started }: DeploymentRow): OpenDeployment => ({
  deployment: number,
  release,
  kind,
  key,
  started,
});

export function openDeployment(world: World, request: Request): Opened {
  const { centre, setting } = world;
  const { key, kind } = request;
  const earlier = [...centre.deployments.values()].find((row) => row.key === key);
  const requeued = kind === 'rollback';
  if (earlier !== undefined) return { outcome: 'repeated', deployment: openOf(earlier), requeued };
  if (request.release !== null && !isReady(centre.releases.get(request.release)?.state))
    return { outcome: 'refused', code: 'release-not-ready', reason: 'it is not ready' };
  const release = request.release ?? newRelease(centre);
  const row = newDeployment(centre, { key, kind, release, fromMerge: request.release === null });
  centre.inbox = centre.inbox.map((each) => (each.key === key ? { ...each, deployment: row.number } : each));
  if (request.cancels !== undefined && request.cancels !== null)
    centre.rollback = { of: request.cancels, opened: row.number, by: 'ada', reason: '', key, traceparent: null };
  if (requeued) requeueWaiting(centre, row.number);
  setting.notice(world, { kind: 'deployment opened', row, cancels: request.cancels ?? null });
  return { outcome: 'opened', deployment: openOf(row), requeued };
}

const isReady = (state: string | undefined): boolean => state === 'ready' || state === 'admitted';

function newRelease(centre: World['centre']): ReleaseNumber {
  const number = releaseNumber(centre.nextRelease);
  centre.nextRelease += 1;
  centre.releases.set(number, { number, state: 'building' });
  return number;
}

type Fresh = Pick<DeploymentRow, 'key' | 'kind' | 'release' | 'fromMerge'>;

function newDeployment(centre: World['centre'], fresh: Fresh): DeploymentRow {
  const number = deploymentNumber(centre.nextDeployment);
  centre.nextDeployment += 1;
  const row: DeploymentRow = {
    ...fresh,
    number,
    started: false,
    outcome: null,
    pointOfNoReturn: false,
    skipped: [],
    pending: [],
    plan: null,
  };
  centre.deployments.set(number, row);
  return row;
}

/** A rollback goes before all that waits, which goes on under new numbers. */
function requeueWaiting(centre: World['centre'], rollback: number): void {
  for (const row of centre.deployments.values()) {
    if (row.outcome !== null || row.started || row.number >= rollback) continue;
    const { number, key, kind, release, fromMerge } = row;
    centre.deployments.set(number, { ...row, outcome: 'superseded', key: `${key} until later` });
    const fresh = newDeployment(centre, { key, kind, release, fromMerge });
    centre.inbox = centre.inbox.map((each) =>
      each.deployment === number ? { ...each, deployment: fresh.number } : each,
    );
  }
}

export const loadLane = ({ centre }: World) => ({
  lock: centre.lock,
  rollback: centre.rollback,
  rollbackIsLate: [...centre.deployments.values()].some(
    ({ number, started }) =>
      started && centre.rollback !== null && number > centre.rollback.of && number !== centre.rollback.opened,
  ),
  open: [...centre.deployments.values()].filter(({ outcome }) => outcome === null).map(openOf),
});

interface Ref {
  readonly deployment: DeploymentNumber;
}

/** Claimed first: a start that is cut off in the middle can't be cancelled meanwhile, and is started again. */
export function startDeployment(world: World, { deployment }: Ref): { readonly started: boolean } {
  const row = deploymentRow(world, deployment);
  if (row.outcome !== null || !mayStart(world, row)) return { started: false };
  if (!row.started) world.setting.notice(world, { kind: 'deployment started', row });
  world.centre.deployments.set(deployment, { ...row, started: true });
  start(world, row);
  return { started: true };
}

/** The rules of the lane once more, over what is recorded. */
function mayStart({ centre }: World, { kind, number, started }: DeploymentRow): boolean {
  if (started) return true;
  const others = [...centre.deployments.values()].filter((row) => row.number !== number);
  const isBegun = others.some((row) => row.started && row.outcome === null);
  return (centre.lock === null || kind === 'rollback') && !isBegun;
}

function start(world: World, { number, kind, release, fromMerge }: DeploymentRow): void {
  const input = { deployment: number, kind, release, builds: fromMerge };
  startWorkflow(world, { id: deploymentId(number), kind: 'deployment', input });
}

export interface Described {
  readonly state: 'running' | 'ended' | 'queued' | 'recovering';
  readonly outcome: DeploymentRow['outcome'];
  readonly reach: 'untouched' | 'touched' | 'finishing';
}

/** activities/lane/activities.ts, describeDeployment. */
export function describeDeployment(world: World, { deployment }: Ref): Described {
  const row = deploymentRow(world, deployment);
  const { outcome } = row;
  const reach = reachOf(world, row);
  if (outcome !== null) return { state: 'ended', outcome, reach };
  const workflow = world.workflows.get(deploymentId(deployment));
  if (workflow === undefined && row.started && reach === 'untouched') {
    start(world, row);
    return { state: 'running', outcome, reach };
  }
  if (!row.started) return { state: 'queued', outcome, reach };
  if (workflow?.status === 'running') return { state: 'running', outcome, reach };
  startWorkflow(world, { id: recoveryId(deployment), kind: 'recovery', input: { deployment } });
  return { state: 'recovering', outcome, reach };
}

function reachOf(world: World, { number, pointOfNoReturn }: DeploymentRow): Described['reach'] {
  if (pointOfNoReturn) return 'finishing';
  const touched = world.setting.regions.some((region) =>
    regionOutcomes(world, region).some(({ deployment }) => deployment === number),
  );
  return touched ? 'touched' : 'untouched';
}

export function cancelDeployment(world: World, { deployment }: Ref): { readonly cancelled: boolean } {
  const row = deploymentRow(world, deployment);
  if (row.outcome !== null) return { cancelled: true };
  if (row.started) return { cancelled: false };
  endDeployment(world, row, 'cancelled', []);
  return { cancelled: true };
}

/** lane-records.ts, keepRollback: `null` forgets the one that is about `of`, and no other. */
export function recordRollback(
  world: World,
  { of, rollback }: { readonly of: DeploymentNumber; readonly rollback: PendingRollback | null },
): object {
  const { centre, setting } = world;
  if (rollback !== null) setting.notice(world, { kind: 'rollback asked', of });
  if (rollback !== null || centre.rollback?.of === of) centre.rollback = rollback;
  return {};
}

/** By key and not by state: a late repeat of a lock must not shut a lane that was opened since. */
export function recordLock(
  world: World,
  { lock, key }: { readonly lock: LaneLock | null; readonly key: string },
): { readonly lock: LaneLock | null } {
  const { centre, setting } = world;
  if (!centre.lockKeys.includes(key)) {
    centre.lock = lock;
    if (lock === null) setting.notice(world, { kind: 'lane opened' });
    centre.lockKeys = [...centre.lockKeys, key];
  }
  return { lock: centre.lock };
}

/** activities/lane/activities.ts, findRollbackTarget, with readHistory of lane-records.ts. */
export function findRollbackTarget(
  world: World,
  { finishing }: { readonly finishing: DeploymentNumber | null },
): { readonly release: ReleaseNumber | null } {
  const { centre, setting } = world;
  const rows = [...centre.deployments.values()].toSorted((a, b) => a.number - b.number);
  const succeeded = rows.filter(({ outcome }) => outcome === 'succeeded');
  const newest = succeeded.at(-1)?.number ?? 0;
  const ending = finishing === null ? [] : [deploymentRow(world, finishing)];
  const successes = [...succeeded, ...ending.filter(({ outcome }) => outcome === null)];
  const endings = setting.regions.flatMap((region) =>
    regionOutcomes(world, region)
      .filter(({ deployment }) => deployment > newest)
      .map(({ deployment, outcome }) => ({ region, deployment, outcome })),
  );
  const leftHeld = setting.decisions.isLeftHeld(endings) && ending.length === 0;
  const deployable = (release: ReleaseNumber): boolean => isReady(centre.releases.get(release)?.state);
  const release = setting.decisions.rollbackTarget({ successes, deployable, leftHeld });
  setting.notice(world, { kind: 'rollback named', finishing, release });
  return { release };
}
