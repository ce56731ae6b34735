import type { DeploymentNumber, Digest, RegionName, ReleaseNumber } from '../names.ts';
import { defaultBreakGlass, stricter, type BreakGlassPolicy } from '../approval/break-glass.ts';
import { approvalWanted } from '../hook/irreversible.ts';
import type { LeftBehind } from '../hook/left-behind.ts';
import { hooksRefused } from './hooks-allowed.ts';
import type { ApprovePolicy, ServiceSpec } from '../spec/service-spec.ts';
import { whyNoMetrics } from './planned-metrics.ts';
import type { DeploymentKind } from '../states.ts';
import type { Plan, PlannedStage } from './plan.ts';

export interface PlanRequest {
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: { readonly number: ReleaseNumber; readonly digest: Digest };
  /** Of that release. */
  readonly spec: ServiceSpec;
  /** Every region of the organisation. */
  readonly regions: readonly RegionName[];
  /** Those of them that take no new release; a rollback comes to them all the same. Left out, none. */
  readonly draining?: readonly RegionName[] | undefined;
  /** Where the service runs now: what a rollback covers. */
  readonly previousRegions: readonly RegionName[];
  /** The release was admitted before: its checks were reported then, and the admission lasts. */
  readonly wasAdmitted: boolean;
  /** A server is configured that metrics can be asked of. */
  readonly hasMetricsServer: boolean;
  /** What the organisation asks of who goes past an approval; left out for the default. */
  readonly breakGlass?: BreakGlassPolicy;
  /** Whether this installation runs hooks of specs. */
  readonly hooksAllowed: boolean;
  /** What deployments before it did and nobody took back; a rollback asks nobody about it. */
  readonly leftBehind?: readonly LeftBehind[] | undefined;
  /** Of its regions only these; left out: all of them. */
  readonly only?: readonly RegionName[] | undefined;
  /** Of a rollback: to a release from before the previous one, so by the stages and approvals of its spec. */
  readonly further?: boolean | undefined;
}

export type PlanDecision = { readonly outcome: 'planned'; readonly plan: Plan } | PlanRefusal;

export interface PlanRefusal {
  readonly outcome: 'refused';
  readonly reason: string;
  /** It is refused because these take no new release; left out for any other reason. */
  readonly drained?: readonly RegionName[];
}

/** One canary in each region, then all the rest: known to have run here, so nobody waits for more proof. */
const rollbackBatches = [{ hosts: 1 }, { percent: 100 }] as const;

const restStage = 'regions-added-since';

/** What a deployment will do, before it does any of it. The same request gives the same plan. */
export function planDeployment(request: PlanRequest): PlanDecision {
  const { spec, kind } = request;
  const rollback = kind === 'rollback';
  const fast = rollback && !request.further;
  const all = fast ? rollbackStages(request) : rollback ? withTheRest(request) : specStages(request);
  const asked = typeof all === 'string' ? all : limited(all, request);
  const stages = typeof asked === 'string' || rollback ? asked : withoutDrained(asked, request);
  if (typeof stages === 'string') return { outcome: 'refused', reason: stages };
  if ('outcome' in stages) return stages;
  const refused = rollback
    ? // It keeps the stages of its spec with what they are held to; verification it has none.
      !fast && whyNoMetrics({ ...spec.rollout, verify: null }, request.hasMetricsServer)
    : (whyNoMetrics(spec.rollout, request.hasMetricsServer) ?? hooksRefused(spec, request.hooksAllowed));
  if (refused) return { outcome: 'refused', reason: refused };
  const required = rollback || request.wasAdmitted ? undefined : spec.checks?.required;
  const plan: Plan = {
    format: 'slipway.plan/1',
    service: spec.service,
    deployment: request.deployment,
    kind,
    release: { release: { number: request.release.number, digest: request.release.digest }, selector: spec.on },
    stages,
    ...(required && { checks: required }),
    approve: fast
      ? null
      : tightened(approvalWanted(rollback ? spec : { ...spec, leftBehind: request.leftBehind }), request),
    budget: spec.rollout.budget,
    batchTimeoutMs: spec.rollout.batchTimeoutMs,
    absentAfterMs: spec.rollout.absentAfterMs,
    undoDeadlineMs: spec.rollout.undoDeadlineMs,
    // A failing verification would undo the rollback: back to what people are fleeing from.
    verify: rollback ? null : spec.rollout.verify,
    rollback: spec.rollback,
    ...(rollback ? {} : hooksOf(request)),
    ...(!rollback && drainedOf(asked as readonly PlannedStage[], request)),
    ...(!rollback && spec.rollout.window && { window: spec.rollout.window }),
  };
  return { outcome: 'planned', plan };
}

/** The stages that are left where a deployment goes to some of its regions only. */
function limited(stages: readonly PlannedStage[], { only, spec }: PlanRequest): readonly PlannedStage[] | string {
  if (only === undefined) return stages;
  const all = stages.flatMap(({ regions }) => regions);
  const unknown = only.find((region) => !all.includes(region));
  if (unknown !== undefined) return `${spec.service} does not go to ${unknown}: its regions are ${all.join(', ')}`;
  return stages
    .map((stage) => ({ ...stage, regions: stage.regions.filter((region) => only.includes(region)) }))
    .filter(({ regions }) => regions.length > 0);
}

/** What is being drained is left out, and named in the plan; who asked for it alone, or has nothing else, is told. */
function withoutDrained(stages: readonly PlannedStage[], request: PlanRequest): readonly PlannedStage[] | PlanRefusal {
  const { draining = [], only, spec } = request;
  const refused = (drained: readonly RegionName[], what: string): PlanRefusal => ({
    outcome: 'refused',
    reason: `${what} being drained: nothing new begins there`,
    drained,
  });
  const asked = only?.filter((region) => draining.includes(region)) ?? [];
  if (asked[0] !== undefined) return refused(asked, `${asked[0]} is`);
  const left = stages
    .map((stage) => ({ ...stage, regions: stage.regions.filter((region) => !draining.includes(region)) }))
    .filter(({ regions }) => regions.length > 0);
  return left.length > 0 ? left : refused(regionsIn(stages), `all regions of ${spec.service} are`);
}

const regionsIn = (stages: readonly PlannedStage[]): readonly RegionName[] => stages.flatMap(({ regions }) => regions);

function drainedOf(stages: readonly PlannedStage[], { draining = [] }: PlanRequest): Pick<Plan, 'drained'> {
  const drained = stages.flatMap(({ regions }) => regions.filter((region) => draining.includes(region)));
  return drained.length > 0 ? { drained } : {};
}

/** A region that doesn't exist is refused by its name: leaving it out would call a deployment complete that isn't. */
function specStages(request: PlanRequest): readonly PlannedStage[] | string {
  const { spec, regions } = request;
  for (const [index, stage] of spec.rollout.stages.entries()) {
    const unknown = stage.regions.find((region) => !regions.includes(region));
    if (unknown === undefined) continue;
    const known = regions.length > 0 ? `Regions are ${regions.join(', ')}.` : 'No region was added yet.';
    return `rollout.stages[${index}] (${stage.name}): there is no region "${unknown}". ${known}`;
  }
  return plannedStages(request);
}

const plannedStages = (request: PlanRequest): readonly PlannedStage[] =>
  request.spec.rollout.stages.map(({ name, regions, batches, bakeMs, approve, metrics }) => ({
    name,
    regions,
    batches,
    bakeMs,
    ...(approve && { approve: tightened(approve, request) }),
    ...(metrics && { metrics }),
  }));

function rollbackStages({ spec, regions, previousRegions }: PlanRequest): readonly PlannedStage[] | string {
  const covered = previousRegions.filter((region) => regions.includes(region));
  if (covered.length === 0) return `${spec.service} runs in no region: there is nothing to roll back`;
  return [{ name: 'rollback', regions: covered, batches: rollbackBatches, bakeMs: 0 }];
}

/**
 * Regions came after that spec: there runs what is fled from too, so they follow as its last stage does. Others were removed: a
 * release of before names them for ever, and the way out must not depend on it.
 */
function withTheRest(request: PlanRequest): readonly PlannedStage[] | string {
  const all = plannedStages(request);
  const isThere = (region: RegionName): boolean => request.regions.includes(region);
  const stages = all
    .map((stage) => ({ ...stage, regions: stage.regions.filter(isThere) }))
    .filter(({ regions }) => regions.length > 0);
  const named = stages.flatMap(({ regions }) => regions);
  const rest = request.previousRegions.filter((region) => isThere(region) && !named.includes(region));
  const last = all.at(-1);
  const whole =
    last === undefined || rest.length === 0 ? stages : [...stages, { ...last, name: restStage, regions: rest }];
  if (whole.length > 0) return whole;
  const { spec, release } = request;
  return `no region that ${spec.service}@${release.number} goes to is there any more: there is nothing to roll back`;
}

/** A rollback runs none: it has to be fast, and those of the release that it goes back to ran when that one came. */
const hooksOf = ({
  spec: { hooks, compatibleWith },
  leftBehind = [],
}: PlanRequest): Pick<Plan, 'hooks' | 'compatibleWith' | 'leftBehind'> => ({
  ...(hooks && { hooks }),
  ...(compatibleWith && { compatibleWith }),
  ...(leftBehind.length > 0 && { leftBehind }),
});

/** A repository can ask for more than the organisation, never for less. */
function tightened<Policy extends ApprovePolicy | null>(policy: Policy, { breakGlass: asked }: PlanRequest): Policy {
  if (policy === null) return policy;
  const { breakGlass: own, ...rest } = policy;
  const organisation = asked ?? defaultBreakGlass;
  const breakGlass = stricter(own ?? organisation, organisation);
  return { ...rest, ...(breakGlass !== defaultBreakGlass && { breakGlass }) } as Policy;
}
