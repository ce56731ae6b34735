import type { BreakGlassPolicy } from '../../../domain/approval/break-glass.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { judgeRules } from '../../../domain/plan/judge-rules.ts';
import { regionsOf } from '../../../domain/plan/plan.ts';
import type { PlanRefusal } from '../../../domain/plan/plan-deployment.ts';
import { previewOf, type Preview } from '../../../domain/plan/preview.ts';
import { batchHosts } from '../../../domain/plan/batch-hosts.ts';
import type { ServiceSpec, Share } from '../../../domain/spec/service-spec.ts';
import type { DeploymentPlan } from '../../../protocol/api/plan.ts';
import type { HostCounts } from '../../../protocol/api/region.ts';
import type { Release } from '../../../protocol/api/release.ts';
import { canonicalJson } from '../../../protocol/canonical-json.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { FreezeBook } from '../fleet/freeze-book.ts';
import type { Projection } from '../reads/projection.ts';
import { waitsNow } from './waits-now.ts';

export interface PlanParts {
  readonly projection: Projection;
  readonly book: Pick<FreezeBook, 'readFleet'>;
  /** Whether specs may have hooks here. */
  readonly hooksAllowed: boolean;
  /** What the organisation asks of who goes past an approval. */
  readonly breakGlass: BreakGlassPolicy;
}

export interface PlanAsked {
  readonly release: ReleaseNumber | undefined;
  /** Only to these of its regions. */
  readonly regions?: readonly RegionName[] | undefined;
}

/**
 * What a deployment of a release would do now; nothing is touched. The newest release that is ready, if none is named.
 * @throws ProblemError when there is no such service or release, or it can't be deployed
 */
export async function deploymentPlan(
  parts: PlanParts,
  service: ServiceName,
  { release: asked, regions: only }: PlanAsked,
  now: Date,
): Promise<DeploymentPlan> {
  const { projection } = parts;
  const stored = await projection.findService(service);
  if (stored === null) throw new ProblemError('not-found', { detail: `there is no service ${service}` });
  const release = await deployable(projection, service, asked);
  const { preview, spec } = await previewed(parts, release, {
    from: stored.currentRelease,
    only,
  });
  const { lane, hosts } = stored;
  const { deploy } = await projection.durations(service);
  const regions = preview.stages.flatMap((stage) => stage.regions);
  const { window } = spec.rollout;
  const waits = waitsNow(await parts.book.readFleet(now), { service, regions, window }, now);
  const known = new Map(hosts.map(({ region, hosts: counts }) => [region, counts]));
  return {
    service,
    release: release.number,
    from: stored.currentRelease,
    kind: 'rollout',
    commit: { id: release.commit, subject: release.subject, authors: release.authors },
    totalBytes: release.totalBytes,
    ...shown(preview),
    stages: preview.stages.map(({ regions, batches, metrics, ...stage }) => ({
      ...stage,
      batches: [...batches],
      ...(metrics && { metrics: [...metrics] }),
      regions: regions.map((region) => plannedRegion(region, known.get(region) ?? null, sharesOf(spec, stage.name))),
    })),
    judge: judgeRules(spec).map((rule) => ({ ...rule })),
    timing: timingOf(spec),
    tookMs: deploy === null ? null : { least: deploy.leastMs, most: deploy.worstMs, count: deploy.count },
    lock: lane.lock,
    reverted: await projection.findTakenBack(service, release.number),
    ...(waits.length > 0 && { waits }),
    ahead: (lane.active === null ? 0 : 1) + lane.queue.length,
    digest: digestOf(canonicalJson({ service, ...preview })),
    asOf: now.toISOString(),
  };
}

const sharesOf = ({ rollout }: ServiceSpec, stage: string): readonly Share[] =>
  rollout.stages.find(({ name }) => name === stage)?.batches ?? [];

/** As batches are made when they begin, of the hosts that the region last counted. */
function plannedRegion(region: RegionName, counts: HostCounts | null, shares: readonly Share[]) {
  if (counts === null) return { region, hosts: null };
  const { total, absent } = counts;
  return { region, hosts: total, ...(absent > 0 && { absent }), batches: batchHosts(shares, total - absent) };
}

function shown({
  approval,
  checks,
  required,
  verify,
  verifyMetrics,
  health,
  budget,
  rollback,
  hooks,
  compatibleWith,
  irreversible,
  leftBehind,
  drained,
  window,
}: Preview) {
  return {
    ...(required && { requiredChecks: { ...required, require: [...required.require] } }),
    ...(verifyMetrics && { verifyMetrics: [...verifyMetrics] }),
    approval,
    checks,
    verify,
    health,
    budget,
    rollback,
    ...(hooks && { hooks }),
    ...(compatibleWith && { compatibleWith }),
    ...(irreversible && { irreversible }),
    ...(leftBehind && { leftBehind }),
    ...(drained && { drained: [...drained] }),
    ...(window && { window }),
  };
}

async function previewed(
  { projection, hooksAllowed, breakGlass }: PlanParts,
  release: Release,
  asked: { readonly from: ReleaseNumber | null; readonly only: readonly RegionName[] | undefined },
) {
  const { service, number, digest } = release;
  const { hasMetricsServer } = projection;
  const spec = await projection.findSpec(service, number);
  if (spec === null || digest === null) throw notReady(release);
  const regions = await projection.listRegionNames();
  const draining = await projection.listDraining();
  const wasAdmitted = release.state === 'admitted';
  const goesTo = { service, deployment: null, regions: asked.only ?? regionsOf(spec) };
  const leftBehind = await projection.findLeftBehind(goesTo);
  const rules = { hasMetricsServer, hooksAllowed, breakGlass };
  const facts = { release: { number, digest }, ...asked, spec, regions, draining, wasAdmitted, leftBehind };
  const decision = previewOf({ ...facts, ...rules });
  if (decision.outcome === 'planned') return { preview: decision.preview, spec };
  throw new ProblemError('refused', {
    detail: `${release.release} can't be planned: ${decision.reason}`,
    next: nextOf(decision),
  });
}

function nextOf({ drained = [] }: PlanRefusal): string {
  if (drained.length === 0) return 'Correct slipway.yaml and merge, or have the region added.';
  const each = drained.map((region) => `slipway undrain region ${region} --reason …`);
  return `Have an operator take it up again: ${each.join('; ')}. Or deploy to other regions.`;
}

const timingOf = ({ rollout, health }: ServiceSpec): DeploymentPlan['timing'] => ({
  batchTimeoutMs: rollout.batchTimeoutMs,
  absentAfterMs: rollout.absentAfterMs,
  undoDeadlineMs: rollout.undoDeadlineMs,
  healthyAfterMs: health.healthyAfter * health.intervalMs,
  startPeriodMs: health.startPeriodMs,
});

/** @throws ProblemError `release-not-found`, `release-not-ready` */
async function deployable(
  projection: Projection,
  service: ServiceName,
  asked: ReleaseNumber | undefined,
): Promise<Release> {
  const number = asked ?? (await newestRelease(projection, service));
  const release = await projection.findRelease(service, number);
  if (release === null)
    throw new ProblemError('release-not-found', { detail: `there is no release ${service}@${number}` });
  if (release.state !== 'ready' && release.state !== 'admitted') throw notReady(release);
  return release;
}

/** Only what is being built still gets ready. */
const notReady = ({ service, release, state }: Release): ProblemError =>
  new ProblemError('release-not-ready', {
    detail: `${release} can't be deployed: it is ${state}`,
    next: `${state === 'building' ? 'Wait until it is built, or choose' : 'Choose'} one that is ready: slipway list releases --service ${service}`,
  });

/** @throws ProblemError `release-not-found` */
export async function newestRelease(projection: Projection, service: ServiceName): Promise<ReleaseNumber> {
  const release = await projection.newestReadyRelease(service);
  if (release === null) throw new ProblemError('release-not-found', { detail: `no release of ${service} is ready` });
  return release;
}
