import type { HookMoment } from '../hook/hook.ts';
import { approvalWanted } from '../hook/irreversible.ts';
import type { RegionName } from '../names.ts';
import type { ServiceSpec } from '../spec/service-spec.ts';
import type { DeploymentKind, DeploymentOutcome, DeploymentState } from '../states.ts';
import { isPlanRefused } from './plan-refused.ts';
import type { RegionProgress } from './region-progress.ts';
import type { ShownStage } from './stages.ts';
import type { WaitKind } from './waiting.ts';
import type { ShownApprovals } from './why-facts.ts';

/** One step on the way of a deployment. Times are RFC 3339, UTC. */
export interface Step {
  readonly kind: 'build' | 'checks' | 'plan' | 'approval' | 'replication' | 'hooks' | 'stage' | 'verify' | 'undo';
  readonly name: string;
  readonly state: 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped';
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly note: string | null;
}

/** What was recorded when it happened, once or more often: all that steps have to know of these records. */
export interface Milestone {
  readonly verb: string;
  /** Of the first, and of the last of them. */
  readonly at: string;
  readonly lastAt: string;
  readonly count: number;
  /** Who approved; `null` for all other kinds. */
  readonly actor: string | null;
  /** Which stage was started or asked about; `null` for all other kinds. */
  readonly stage: string | null;
}

/** The records that steps begin and end with: nothing else of the audit is read for them. */
export const milestoneVerbs = [
  'build-started',
  'checks-started',
  'planned',
  'checks-awaited',
  'checks-passed',
  'approve',
  'admitted',
  'region-replicated',
  'stage-approval-wanted',
  'stage-started',
  'region-ready',
  'verify-started',
  'hooks-before-started',
  'hooks-after-started',
  'point-of-no-return',
  'abort',
  'reject',
  'undo-started',
  'hold-started',
] as const;
type MilestoneVerb = (typeof milestoneVerbs)[number];

export interface StepFacts {
  readonly kind: DeploymentKind;
  /** It came from a merge, so that its release had to be built. */
  readonly isBuilt: boolean;
  /** Of its release; `null` until that was built. */
  readonly spec: Pick<ServiceSpec, 'checks' | 'approve' | 'rollout' | 'hooks' | 'compatibleWith'> | null;
  readonly stages: readonly ShownStage[];
  readonly regions: readonly RegionProgress[];
  /** Of a stage they say nothing of the release. */
  readonly approvals: ShownApprovals | null;
  readonly state: DeploymentState;
  readonly outcome: DeploymentOutcome | null;
  /** Why it ended so. */
  readonly reason: string | null;
  readonly waitingFor: WaitKind | null;
  readonly pending: readonly RegionName[];
  /** Those that began first, first. */
  readonly milestones: readonly Milestone[];
  readonly endedAt: string | null;
}

/** The whole way in order, what comes later too. What depends on the spec is not there before the spec is known. */
export function stepsOf(facts: StepFacts): readonly Step[] {
  const { kind, isBuilt, spec } = facts;
  const forward = kind !== 'rollback';
  return [
    ...(isBuilt ? [buildStep(facts)] : []),
    ...(hasChecks(facts) ? [checksStep(facts)] : []),
    ...(isRefused(facts) ? [planStep(facts)] : []),
    ...(forward && spec && approvalWanted(spec) ? [approvalStep(facts)] : []),
    ...(spec === null
      ? []
      : [
          replicationStep(facts),
          ...(forward ? hooksStep(facts, 'before') : []),
          ...facts.stages.map((stage, index) => stageStep(facts, stage, index)),
        ]),
    ...(forward && spec?.rollout.verify ? [verifyStep(facts)] : []),
    ...(forward ? hooksStep(facts, 'after') : []),
    ...undoSteps(facts),
  ];
}

/** Those of a release that exists are run and waited for, unless it was admitted. */
const hasChecks = (facts: StepFacts): boolean =>
  (facts.isBuilt && Boolean(facts.spec?.checks)) || first(facts, 'checks-started', 'checks-awaited') !== null;

/** The plan is made before what an existing CI reports is waited for, and before a release that exists is checked. */
const checkedAt = (facts: StepFacts): string | null =>
  first(facts, 'checks-awaited', ...(facts.isBuilt ? [] : ['checks-started' as const])) === null
    ? first(facts, 'planned')
    : first(facts, 'checks-passed');

const buildStep = (facts: StepFacts): Step =>
  step(facts, {
    kind: 'build',
    name: 'build',
    startedAt: first(facts, 'build-started'),
    // A spec is known of what was built and signed; its plan may still be refused.
    endedAt: first(facts, 'checks-started', 'planned') ?? (facts.spec === null ? null : facts.endedAt),
    waits: ['build-worker'],
    note: null,
  });

/** A plan is made in no time: it is a step only where it was refused. */
const isRefused = (facts: StepFacts): boolean => isPlanRefused(facts.reason) && first(facts, 'planned') === null;

const planStep = ({ endedAt }: StepFacts): Step => ({
  kind: 'plan',
  name: 'plan',
  state: 'failed',
  startedAt: endedAt,
  endedAt,
  note: 'refused',
});

const checksStep = (facts: StepFacts): Step =>
  step(facts, {
    kind: 'checks',
    name: 'checks',
    startedAt: first(facts, 'checks-started', 'checks-awaited'),
    // Nobody plans what has not passed.
    endedAt: isRefused(facts) ? facts.endedAt : checkedAt(facts),
    waits: ['build-worker', 'checks'],
    note: null,
  });

function approvalStep(facts: StepFacts): Step {
  const { approvals, spec } = facts;
  const ofRelease = approvals?.stage === undefined ? approvals : null;
  const wanted = ofRelease?.wanted ?? (spec ? approvalWanted(spec)?.quorum : 0) ?? 0;
  const people = ofRelease?.by ?? approversIn(facts);
  const given = approvals?.stage === undefined ? (approvals?.given ?? 0) : Math.min(people.length, wanted);
  // Where records tell of more persons than count, an approval has expired, and they don't say whose.
  const isKnown = ofRelease?.by !== undefined || people.length <= Math.max(given, wanted);
  const by = people.length === 0 || !isKnown ? '' : ` (${people.join(', ')})`;
  return step(facts, {
    kind: 'approval',
    name: 'approval',
    startedAt: checkedAt(facts),
    endedAt: first(facts, 'admitted'),
    waits: ['approval', 'no-tokens'],
    note: `${given} of ${wanted}${by}`,
  });
}

const approversIn = ({ milestones }: StepFacts): readonly string[] =>
  milestones.flatMap(({ verb, actor }) => (verb === 'approve' && actor !== null ? [actor] : []));

function replicationStep(facts: StepFacts): Step {
  const { milestones, regions } = facts;
  const copied = milestones.find(({ verb }) => verb === 'region-replicated');
  const count = copied?.count ?? 0;
  const isWhole = regions.length > 0 && count >= regions.length;
  return step(facts, {
    kind: 'replication',
    name: 'replication',
    startedAt: checkedAt(facts),
    endedAt: isWhole ? (copied?.lastAt ?? null) : null,
    waits: ['replication'],
    note: regions.length === 0 ? null : `${Math.min(count, regions.length)} of ${regions.length}`,
  });
}

/** A stage that people are asked about has its turn: the one before it is over. */
const isBegin = (verb: string): boolean => verb === 'stage-started' || verb === 'stage-approval-wanted';

function stageStep(facts: StepFacts, stage: ShownStage, index: number): Step {
  const started = (name: string | undefined) =>
    facts.milestones.find((each) => isBegin(each.verb) && each.stage === name)?.at ?? null;
  const next = facts.stages[index + 1]?.name;
  const over = ['verify-started', 'hooks-after-started', 'point-of-no-return'] as const;
  const endedAt = next === undefined ? first(facts, ...over) : started(next);
  const inStage = facts.regions.filter(({ region }) => stage.regions.includes(region));
  const ready = endedAt === null ? readyIn(facts, index, inStage) : inStage.length;
  return step(facts, {
    kind: 'stage',
    name: stage.name,
    startedAt: started(stage.name),
    endedAt,
    waits: ['stage-approval', 'no-tokens', 'resume', 'decision', 'choice', 'hosts', 'regions', 'freeze', 'window'],
    note: inStage.length === 0 ? null : `${ready} of ${inStage.length}`,
  });
}

/**
 * Regions of a stage that got ready. A region that goes back is ready no longer, but its record stays; a stage begins when all
 * regions before it are ready, so the records beyond those are its own.
 */
function readyIn({ stages, milestones }: StepFacts, index: number, inStage: readonly RegionProgress[]): number {
  const before = stages.slice(0, index).reduce((sum, { regions }) => sum + regions.length, 0);
  const records = milestones.find(({ verb }) => verb === 'region-ready')?.count ?? 0;
  const recorded = Math.min(Math.max(0, records - before), inStage.length);
  return Math.max(recorded, inStage.filter(({ state }) => state === 'done').length);
}

const verifyStep = (facts: StepFacts): Step =>
  step(facts, {
    kind: 'verify',
    name: 'verify',
    startedAt: first(facts, 'verify-started'),
    endedAt: first(facts, 'hooks-after-started', 'point-of-no-return'),
    waits: ['build-worker', 'no-tokens', 'resume', 'decision'],
    note: null,
  });

/** Those of no region; a region's are part of its stage. */
function hooksStep(facts: StepFacts, moment: HookMoment): readonly Step[] {
  const count = facts.spec?.hooks?.[moment].length ?? 0;
  if (count === 0) return [];
  const endedAt = moment === 'before' ? first(facts, 'stage-started') : first(facts, 'point-of-no-return');
  return [
    step(facts, {
      kind: 'hooks',
      name: `hooks ${moment}`,
      startedAt: first(facts, `hooks-${moment}-started`),
      endedAt,
      waits: ['build-worker', 'resume'],
      note: null,
    }),
  ];
}

function undoSteps(facts: StepFacts): readonly Step[] {
  const startedAt = first(facts, 'undo-started');
  if (startedAt === null) return [];
  const { endedAt, pending, regions } = facts;
  const undone = regions.filter(({ state }) => state === 'undone').length;
  const all = regions.filter(({ state }) => ['undone', 'undoing', 'unreachable'].includes(state)).length;
  const over = pending.length > 0 || facts.outcome === 'failed' ? 'failed' : 'done';
  const state = endedAt === null ? 'running' : over;
  return [{ kind: 'undo', name: 'undo', state, startedAt, endedAt, note: `${undone} of ${all}` }];
}

interface Given extends Omit<Step, 'state'> {
  /** Waits that mean that this step stands still. */
  readonly waits: readonly WaitKind[];
}

function step(facts: StepFacts, { waits, ...given }: Given): Step {
  const { startedAt, endedAt } = given;
  const stoppedAt = first(facts, 'abort', 'reject', 'undo-started', 'hold-started') ?? facts.endedAt;
  if (startedAt === null) return { ...given, endedAt: null, state: stoppedAt === null ? 'pending' : 'skipped' };
  if (endedAt !== null) return { ...given, state: 'done' };
  // Of what has succeeded the records of a step may be those of an earlier version, which wrote fewer.
  if (facts.outcome === 'succeeded') return { ...given, endedAt: facts.endedAt, state: 'done' };
  if (stoppedAt !== null) return { ...given, endedAt: stoppedAt, state: stoppedState(given, facts) };
  const isWaiting = facts.waitingFor !== null && waits.includes(facts.waitingFor);
  return { ...given, state: isWaiting ? 'waiting' : 'running' };
}

/** Approval and copy go on beside each other: of the two only what ended it has failed. */
function stoppedState({ kind }: Pick<Step, 'kind'>, facts: StepFacts): 'failed' | 'skipped' {
  const byPerson = first(facts, 'abort', 'reject') !== null;
  const isBeside = kind === 'replication' && (byPerson || first(facts, 'stage-started') !== null);
  return isBeside || (kind === 'approval' && !byPerson) ? 'skipped' : 'failed';
}

const first = ({ milestones }: StepFacts, ...verbs: readonly MilestoneVerb[]): string | null =>
  milestones.find(({ verb }) => (verbs as readonly string[]).includes(verb))?.at ?? null;
