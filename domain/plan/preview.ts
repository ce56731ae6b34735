import { recurrenceText } from '../calendar/recurrence-text.ts';
import type { RequiredChecks } from '../gate/required-checks.ts';
import type { Hooks } from '../hook/hook.ts';
import { irreversible } from '../hook/irreversible.ts';
import type { LeftBehind } from '../hook/left-behind.ts';
import type { Digest, RegionName, ReleaseNumber } from '../names.ts';
import type { BreakGlassPolicy } from '../approval/break-glass.ts';
import type { ApprovePolicy, ServiceSpec } from '../spec/service-spec.ts';
import { checksBeforeAdmission } from './own-checks.ts';
import { planDeployment, type PlanRefusal } from './plan-deployment.ts';
import { metricTexts } from './planned-metrics.ts';
import { healthText, shareText } from './policy-text.ts';

export interface PreviewFacts {
  readonly release: { readonly number: ReleaseNumber; readonly digest: Digest };
  readonly from: ReleaseNumber | null;
  readonly spec: ServiceSpec;
  /** Every region of the organisation. */
  readonly regions: readonly RegionName[];
  /** As in `PlanRequest`. */
  readonly draining?: readonly RegionName[] | undefined;
  readonly wasAdmitted: boolean;
  readonly hasMetricsServer: boolean;
  readonly hooksAllowed: boolean;
  readonly only?: readonly RegionName[] | undefined;
  readonly leftBehind?: readonly LeftBehind[] | undefined;
  /** As in `PlanRequest`. */
  readonly breakGlass?: BreakGlassPolicy;
}

export type PreviewDecision = { readonly outcome: 'planned'; readonly preview: Preview } | PlanRefusal;

/** What a deployment of a release would do on hosts, and who must agree to it: nothing that moves by itself. */
export interface Preview {
  readonly release: { readonly number: ReleaseNumber; readonly digest: Digest };
  readonly from: ReleaseNumber | null;
  readonly stages: readonly PreviewStage[];
  readonly approval: ServiceSpec['approve'];
  /** `null` when there are none, or the release was admitted before. */
  readonly checks: string | null;
  /** What an existing CI has to report; left out when nothing is, or it was before. */
  readonly required?: RequiredChecks;
  readonly verify: string | null;
  /** Left out when there are none. */
  readonly verifyMetrics?: readonly string[];
  readonly health: string;
  readonly budget: { readonly failedPercent: number; readonly cap: number };
  readonly rollback: ServiceSpec['rollback'];
  /** Left out when there are none. */
  readonly hooks?: Hooks;
  readonly compatibleWith?: 'none';
  /** What can't be undone, a sentence each; left out when all can. */
  readonly irreversible?: readonly string[];
  /** As in `Plan`. */
  readonly leftBehind?: readonly LeftBehind[];
  /** As in `Plan`. */
  readonly drained?: readonly RegionName[];
  /** When its stages may begin; left out, at any time. */
  readonly window?: string;
}

export interface PreviewStage {
  readonly name: string;
  readonly regions: readonly RegionName[];
  readonly batches: readonly string[];
  readonly bakeMs: number;
  /** Left out when nobody is asked before it begins. */
  readonly approve?: ApprovePolicy;
  /** `error_rate at most 0.01 for 1 min …`; left out when there are none. */
  readonly metrics?: readonly string[];
}

/** The plan of a deployment that has no number yet; what its digest covers is all of this. */
export function previewOf({ from, ...facts }: PreviewFacts): PreviewDecision {
  const { release, spec } = facts;
  // The number takes no part in what is decided.
  const deployment = 1 as Parameters<typeof planDeployment>[0]['deployment'];
  const decision = planDeployment({ ...facts, deployment, kind: 'rollout', previousRegions: [] });
  if (decision.outcome === 'refused') return decision;
  const {
    stages,
    approve,
    budget,
    verify,
    rollback,
    checks: required,
    hooks,
    compatibleWith,
    leftBehind,
    drained,
    window,
  } = decision.plan;
  const cannot = irreversible(decision.plan);
  return {
    outcome: 'planned',
    preview: {
      release,
      from,
      stages: stages.map(({ metrics, ...stage }) => ({
        ...stage,
        batches: stage.batches.map(shareText),
        ...(metrics && { metrics: metricTexts(metrics) }),
      })),
      approval: approve,
      checks: checksBeforeAdmission('rollout', spec, facts.wasAdmitted)?.run ?? null,
      ...(required && { required }),
      verify: verify?.run ?? null,
      ...(verify?.metrics && { verifyMetrics: metricTexts(verify.metrics) }),
      health: healthText(spec.health),
      budget,
      rollback,
      // Only where they say something: the digest of a plan without hooks stays what it was.
      ...(hooks && { hooks }),
      ...(compatibleWith && { compatibleWith }),
      ...(leftBehind && { leftBehind }),
      ...(cannot.length > 0 && { irreversible: cannot }),
      ...(drained && { drained }),
      ...(window && { window: recurrenceText(window) }),
    },
  };
}
