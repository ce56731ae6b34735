/** Mirrors infra/postgres/central: deployment-records.ts, finish-deployment.ts, intents.ts, and what releases need. */
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { GoalMode, Placement, RecordedOutcome } from '../../../domain/goal/goal.ts';
import type { LaneLock } from '../../../domain/lane/lane.ts';
import type { DeploymentNumber, Generation, HostId, RegionName, ReleaseNumber } from '../../../domain/names.ts';
import type { PlanDecision } from '../../../domain/plan/plan-deployment.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../../domain/states.ts';
import { digestOf, firstDeployment } from '../world/names.ts';
import type { Intent, World } from '../world/world.ts';
import { dropOlderObligations } from './obligations.ts';
import { deploymentRow, endDeployment, regionOutcomes, setOutcome } from './rows.ts';

interface Ref {
  readonly deployment: DeploymentNumber;
}

export type HoldAnswer = { readonly outcome: 'held' | 'ended' } | { readonly outcome: 'busy'; readonly holder: number };

export function holdService(world: World, { deployment }: Ref): HoldAnswer {
  const { centre } = world;
  if (deploymentRow(world, deployment).outcome !== null) return { outcome: 'ended' };
  const holder = centre.holder ?? deployment;
  if (holder !== deployment) return { outcome: 'busy', holder };
  centre.holder = deployment;
  return { outcome: 'held' };
}

export function planned(world: World, input: Ref & { readonly kind: DeploymentKind; readonly release: ReleaseNumber }) {
  const { centre, setting } = world;
  const { deployment, kind, release: number } = input;
  const previousRegions = setting.regions.filter((region) => (centre.places.get(region)?.release ?? null) !== null);
  const release = { number, digest: digestOf(number) };
  // No simulated spec has gates.
  const gates = { wasAdmitted: centre.releases.get(number)?.state === 'admitted', hasMetricsServer: false };
  const { spec, regions } = setting;
  const request = { deployment, kind, release, spec, regions, previousRegions, ...gates, hooksAllowed: true };
  const decision: PlanDecision = setting.decisions.planDeployment(request);
  const plan = decision.outcome === 'planned' ? decision.plan : null;
  centre.deployments.set(deployment, { ...deploymentRow(world, deployment), plan });
  return decision;
}

export function signRelease({ centre }: World, { release: number }: { readonly release: ReleaseNumber }): 'done' {
  if (centre.releases.get(number)?.state === 'building') centre.releases.set(number, { number, state: 'ready' });
  return 'done';
}

export function admitRelease({ centre }: World, { release: number }: { readonly release: ReleaseNumber }): 'done' {
  centre.releases.set(number, { number, state: 'admitted' });
  return 'done';
}

export interface IntentInput extends Ref {
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly step: string;
  readonly mode: GoalMode;
  readonly next: Placement | null;
  readonly knownGeneration: Generation | 0;
}

export interface Recorded {
  readonly outcomes: readonly RecordedOutcome[];
  readonly centreGeneration: Generation | 0;
}

export function recordIntent(world: World, input: IntentInput): Recorded {
  const { centre, setting } = world;
  const { region, deployment, attempt, step, mode, next, knownGeneration } = input;
  const stored = centre.places.get(region);
  // Nothing goes forward after its end; who waits for this answer is gone then.
  const isOver = mode === 'advance' && step !== 'finish' && deploymentRow(world, deployment).outcome !== null;
  if (isOver) return { outcomes: [], centreGeneration: 0 };
  const intent: Intent = { attempt, step, mode, next, knownGeneration };
  const centreGeneration = Math.max(stored?.centreGeneration ?? 0, knownGeneration) as Generation | 0;
  const before = stored?.writtenDeployment ?? 0;
  const writtenDeployment = knownGeneration > 0 ? Math.max(before, deployment) : before;
  const isNewer = stored === undefined || setting.decisions.replacesIntent(intent, stored.intent);
  const place = { intent: isNewer ? intent : stored.intent, centreGeneration, writtenDeployment };
  centre.places.set(region, { ...place, release: stored?.release ?? null });
  if (writtenDeployment === deployment) dropOlderObligations(world, region, deployment);
  const known = regionOutcomes(world, region).some((one) => one.deployment === deployment);
  if (!known) setOutcome(world, region, { deployment, outcome: 'unresolved', pending: false });
  return { outcomes: recordedOutcomes(world, region, deployment), centreGeneration };
}

const ends = new Set<RecordedOutcome['outcome']>(['succeeded', 'undone', 'held']);

export function recordedOutcomes(
  world: World,
  region: RegionName,
  deployment: DeploymentNumber,
): readonly RecordedOutcome[] {
  const before = regionOutcomes(world, region).filter((one) => one.deployment < deployment);
  const heard = before.findLast(({ outcome, pending }) => ends.has(outcome) && !pending)?.deployment ?? firstDeployment;
  return before
    .filter((one) => one.deployment >= heard)
    .map(({ deployment: number, outcome }) => ({ deployment: number, outcome }));
}

export function recordPointOfNoReturn(
  world: World,
  { deployment, skipped }: Ref & { readonly skipped: readonly RegionName[] },
): 'done' {
  const row = deploymentRow(world, deployment);
  // A run of recovery finds what stands there.
  const known = row.pointOfNoReturn ? row.skipped : skipped;
  world.centre.deployments.set(deployment, { ...row, pointOfNoReturn: true, skipped: known });
  return 'done';
}

export interface FinishInput extends Ref {
  readonly outcome: DeploymentOutcome;
  readonly regions: readonly {
    readonly region: RegionName;
    readonly outcome: RecordedOutcome['outcome'];
    /** Hosts that its success doesn't speak for. */
    readonly missing: readonly HostId[];
  }[];
  readonly pending: readonly RegionName[];
  readonly lock: LaneLock | null;
}

export function finishDeployment(world: World, end: FinishInput): 'finished' | 'repeated' {
  const { centre, setting } = world;
  const { deployment, outcome, lock } = end;
  const row = deploymentRow(world, deployment);
  if (row.outcome !== null) return 'repeated';
  const owes = new Set(centre.obligations.filter((one) => one.deployment === deployment).map(({ region }) => region));
  const pending = end.pending.filter((region) => owes.has(region));
  endDeployment(world, row, outcome, pending);
  for (const ended of end.regions) {
    const { region } = ended;
    const settled = end.pending.includes(region) && !pending.includes(region);
    const known = regionOutcomes(world, region).find((one) => one.deployment === deployment)?.outcome;
    const how = settled && known === 'undone' ? 'undone' : ended.outcome;
    setOutcome(world, region, { deployment, outcome: how, pending: pending.includes(region) });
    const place = centre.places.get(region);
    if (how !== 'succeeded' || pending.includes(region) || place === undefined) continue;
    centre.places.set(region, { ...place, release: row.release });
  }
  if (lock !== null && centre.lock === null) centre.lock = lock;
  setting.notice(world, { kind: 'deployment ended', deployment, end: { ...end, pending }, release: row.release });
  return 'finished';
}
