import type { HookMoment } from '../hook/hook.ts';
import { approvalWanted } from '../hook/irreversible.ts';
import { isPlanRefused } from './plan-refused.ts';
import { stageStep } from './stage-step.ts';
import { firstAt, step, type Step, type StepFacts } from './step.ts';

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
  (facts.isBuilt && Boolean(facts.spec?.checks)) || firstAt(facts, 'checks-started', 'checks-awaited') !== null;

/** The plan is made before what an existing CI reports is waited for, and before a release that exists is checked. */
const checkedAt = (facts: StepFacts): string | null =>
  firstAt(facts, 'checks-awaited', ...(facts.isBuilt ? [] : ['checks-started' as const])) === null
    ? firstAt(facts, 'planned')
    : firstAt(facts, 'checks-passed');

const buildStep = (facts: StepFacts): Step =>
  step(facts, {
    kind: 'build',
    name: 'build',
    startedAt: firstAt(facts, 'build-started'),
    // A spec is known of what was built and signed; its plan may still be refused.
    endedAt: firstAt(facts, 'checks-started', 'planned') ?? (facts.spec === null ? null : facts.endedAt),
    waits: ['build-worker'],
    note: null,
  });

/** A plan is made in no time: it is a step only where it was refused. */
const isRefused = (facts: StepFacts): boolean => isPlanRefused(facts.reason) && firstAt(facts, 'planned') === null;

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
    startedAt: firstAt(facts, 'checks-started', 'checks-awaited'),
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
    endedAt: firstAt(facts, 'admitted'),
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

const verifyStep = (facts: StepFacts): Step =>
  step(facts, {
    kind: 'verify',
    name: 'verify',
    startedAt: firstAt(facts, 'verify-started'),
    endedAt: firstAt(facts, 'hooks-after-started', 'point-of-no-return'),
    waits: ['build-worker', 'no-tokens', 'resume', 'decision'],
    note: null,
  });

/** Those of no region; a region's are part of its stage. */
function hooksStep(facts: StepFacts, moment: HookMoment): readonly Step[] {
  const count = facts.spec?.hooks?.[moment].length ?? 0;
  if (count === 0) return [];
  const endedAt = moment === 'before' ? firstAt(facts, 'stage-started') : firstAt(facts, 'point-of-no-return');
  return [
    step(facts, {
      kind: 'hooks',
      name: `hooks ${moment}`,
      startedAt: firstAt(facts, `hooks-${moment}-started`),
      endedAt,
      waits: ['build-worker', 'resume'],
      note: null,
    }),
  ];
}

function undoSteps(facts: StepFacts): readonly Step[] {
  const startedAt = firstAt(facts, 'undo-started');
  if (startedAt === null) return [];
  const { endedAt, pending, regions } = facts;
  const undone = regions.filter(({ state }) => state === 'undone').length;
  const all = regions.filter(({ state }) => ['undone', 'undoing', 'unreachable'].includes(state)).length;
  const over = pending.length > 0 || facts.outcome === 'failed' ? 'failed' : 'done';
  const state = endedAt === null ? 'running' : over;
  return [{ kind: 'undo', name: 'undo', state, startedAt, endedAt, note: `${undone} of ${all}` }];
}
