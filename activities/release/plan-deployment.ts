import type { BreakGlassPolicy } from '../../domain/approval/break-glass.ts';
import { excludedFromApproval } from '../../domain/approval/excluded.ts';
import { leftBehind } from '../../domain/hook/find-left-behind.ts';
import type { Digest, RegionName } from '../../domain/names.ts';
import { checksBeforeAdmission } from '../../domain/plan/own-checks.ts';
import { planDeployment as decidePlan } from '../../domain/plan/plan-deployment.ts';
import { regionsOf, type Plan } from '../../domain/plan/plan.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { planDigestOf } from '../../protocol/plan-digest.ts';
import type { BlobStore } from '../blob-store.ts';
import type { PlanDeploymentInput, PlanDeploymentResult } from './contract.ts';
import { readPlan } from './read-plan.ts';
import type { ReleaseRecords } from './release-records.ts';

export interface PlanningParts {
  readonly records: ReleaseRecords;
  /** Plans are kept here by their digest: what was approved can be read again, by admission and by auditors. */
  readonly store: BlobStore;
  readonly hasMetricsServer: boolean;
  /** Whether hooks of specs may run on this installation's build workers. */
  readonly hooksAllowed: boolean;
  /** What the organisation asks of who goes past an approval; left out for the default. */
  readonly breakGlass?: BreakGlassPolicy;
}

/** Facts from the database, the decision from `domain/plan`. The same facts give the same plan and digest. */
export async function planDeployment(
  { records, store, hasMetricsServer, hooksAllowed, breakGlass }: PlanningParts,
  input: PlanDeploymentInput,
): Promise<PlanDeploymentResult> {
  const { service, deployment, kind, only, further } = input;
  const release = await records.findRelease(service, input.release);
  const obstacle = whyNotDeployable(release, `${service}@${input.release}`);
  if (obstacle !== null) return { outcome: 'refused', reason: obstacle };
  const wasAdmitted = release!.state === 'admitted';
  const regions = only ?? regionsOf(release!.spec!);
  const decision = decidePlan({
    deployment,
    kind,
    release: { number: input.release, digest: release!.digest! },
    spec: release!.spec!,
    regions: await records.listRegions(),
    draining: await drainingFor(records, store, input),
    previousRegions: await records.listRegionsOf(service),
    wasAdmitted,
    hasMetricsServer,
    hooksAllowed,
    only,
    further,
    leftBehind: leftBehind(await records.listEarlier({ service, deployment, regions })),
    ...(breakGlass && { breakGlass }),
  });
  if (decision.outcome === 'refused') return decision;
  const { plan } = decision;
  const excluded = excludedFromApproval(release!, input.askedBy);
  const planDigest = await keepPlan(store, plan);
  await records.notePlan(service, deployment, planDigest);
  const previousRelease = await records.currentRelease(service);
  const ownChecks = checksBeforeAdmission(kind, release!.spec!, wasAdmitted);
  return { outcome: 'planned', plan, planDigest, excluded, previousRelease, ...(ownChecks && { ownChecks }) };
}

/** One that was planned before goes on where it went, also when it is planned anew: a drain is for what begins after it. */
async function drainingFor(
  records: ReleaseRecords,
  store: BlobStore,
  { service, deployment }: PlanDeploymentInput,
): Promise<readonly RegionName[]> {
  const digest = await records.findPlanDigest(service, deployment);
  const before = digest === null ? null : await readPlan(store, digest);
  return before === null ? records.listDraining() : (before.drained ?? []);
}

type Row = Awaited<ReturnType<ReleaseRecords['findRelease']>>;

/** Why a release may not be brought anywhere, or null. */
export function whyNotDeployable(release: Row, name: string): string | null {
  if (release === null) return `there is no release ${name}`;
  if (release.state === 'blocked' || release.state === 'retired') return `${name} is ${release.state}`;
  return release.digest === null || release.spec === null ? `${name} was not built` : null;
}

async function keepPlan(store: BlobStore, plan: Plan): Promise<Digest> {
  const bytes = Buffer.from(canonicalJson(plan));
  const digest = planDigestOf(plan);
  await store.put(digest, bytes.length, bytes);
  return digest;
}
