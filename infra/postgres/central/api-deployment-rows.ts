import type { StoredDeployment } from '../../../api/control/reads/projection.ts';
import type { MergeSource, PersonSource } from '../../../activities/lane/contract.ts';
import { personName } from '../../../domain/approval/same-person.ts';
import { decidedEnd } from '../../../domain/deployment/ending.ts';
import { queueWait } from '../../../domain/lane/queue-wait.ts';
import { noWorkerText } from '../../../domain/progress/no-worker.ts';
import { skippableIn, verbsOf } from '../../../domain/progress/offered-verbs.ts';
import { shownHosts } from '../../../domain/progress/shown-hosts.ts';
import { staged, stagesOf } from '../../../domain/progress/stages.ts';
import { stepsOf } from '../../../domain/progress/steps.ts';
import { waitingSentence, type WaitKind } from '../../../domain/progress/waiting.ts';
import { whyOf } from '../../../domain/progress/why.ts';
import type { DeploymentSummary } from '../../../protocol/api/deployment.ts';
import { shownGlass } from './api-access.ts';
import type { DeploymentContext } from './api-deployment-context.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import { deploymentName } from './object-names.ts';
import { openDeploymentOf } from './open-deployment.ts';

export function deploymentSummary(row: DeploymentRow, context: DeploymentContext): DeploymentSummary {
  const shown = shownOf(row);
  const { waiting: said, waitingFor } = waitOf(row, context);
  const noWorkerOf = context.noWorkerOf(row);
  const waiting = noWorkerOf === null ? said : noWorkerText(noWorkerOf);
  const since = sinceOf(row, context);
  const { lock } = context.serviceOf(row);
  const stages = stagesOf(row.kind, context.specOf(row) ?? null, row.regions);
  const facts = {
    ...shown,
    stages: stages.map(({ name }) => name),
    waiting,
    waitingFor,
    regions: staged(row.regions, stages),
    approvals: row.approvals ?? null,
    since,
    lock: lock ?? null,
    isNewest: context.isNewest(row),
    noWorkerOf,
    notUndone: row.notUndone ?? [],
  };
  return {
    ...shown,
    subject: context.releaseOf(row).subject,
    waiting,
    startedAt: (row.startedAt ?? row.openedAt).toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    since,
    why: whyOf(facts),
    hosts: shownHosts(
      { release: row.release, since, regions: row.regions },
      row.outcome ? new Map() : context.reportsOf(row),
    ),
    sequence: row.sequence,
  };
}

export function storedDeployment(row: DeploymentRow, context: DeploymentContext): StoredDeployment {
  const { repository, currentRelease } = context.serviceOf(row);
  const { commit, state: releaseState } = context.releaseOf(row);
  const spec = context.specOf(row) ?? null;
  const stages = stagesOf(row.kind, spec, row.regions);
  const summary = deploymentSummary(row, context);
  const { waitingFor } = waitOf(row, context);
  const approvals = row.approvals ?? null;
  const milestones = context.milestonesOf(row);
  const glass = context.glassOf(row);
  const isBuilt = row.source.from === 'merge';
  const { pending, state, outcome, endedAt, kind } = summary;
  const { pointOfNoReturn } = row;
  const offered = {
    kind,
    state,
    outcome,
    waitingFor,
    paused: row.paused,
    held: row.held,
    stageAsked: approvals?.stage !== undefined,
    regions: row.regions,
    pointOfNoReturn,
    isCurrent: outcome === 'succeeded' && currentRelease === row.release,
    isDeployable: releaseState === 'ready' || releaseState === 'admitted',
    reviewWanted: glass.some(({ review }) => review === 'wanted'),
  };
  return {
    ...summary,
    pointOfNoReturn,
    source: sourceOf(row.source),
    regions: staged(row.regions, stages).map((region) => ({ ...region })),
    steps: [
      ...stepsOf({
        kind,
        isBuilt,
        spec,
        stages,
        regions: row.regions,
        approvals,
        state,
        outcome,
        reason: summary.reason,
        waitingFor,
        pending,
        milestones,
        endedAt,
      }),
    ],
    verbs: [...verbsOf(offered)],
    skippable: [...skippableIn(offered)],
    approvals,
    budget: spec?.rollout.budget ?? null,
    ...(kind !== 'rollback' && spec?.hooks && { hooks: spec.hooks }),
    ...(row.notUndone && { notUndone: row.notUndone }),
    ...(glass.length > 0 && { brokenGlass: glass.map(shownGlass) }),
    commit,
    traceId: traceIdOf(row.traceparent ?? null),
    linked: { repository, runId: row.runId ?? null },
    ends: decidedEnd(row.stop ?? null, row.state),
  };
}

function shownOf(row: DeploymentRow) {
  const { service, number, kind, release, paused, held, pointOfNoReturn } = row;
  return {
    deployment: deploymentName(service, number),
    service,
    number,
    kind,
    release,
    from: row.fromRelease ?? null,
    hotfix: row.hotfix ? { by: row.hotfix.by, reason: row.hotfix.reason } : null,
    state: row.outcome ?? row.state,
    stage: row.stage ?? null,
    paused,
    held,
    outcome: row.outcome ?? null,
    reason: row.reason ?? null,
    goesOnAs: row.goesOnAs ?? null,
    supersededBy: row.supersededBy ?? null,
    pointOfNoReturn,
    pending: [...row.pending],
  };
}

/** Of one that its lane has not started nothing is recorded: the lane itself says what it waits for. */
function waitOf(
  row: DeploymentRow,
  context: DeploymentContext,
): { waiting: string | null; waitingFor: WaitKind | null } {
  if (row.outcome || row.startedAt) return { waiting: row.waiting ?? null, waitingFor: row.waitingFor ?? null };
  const wait = queueWait(context.laneOf(row), openDeploymentOf(row));
  return { waiting: wait === null ? null : waitingSentence(row.service, wait), waitingFor: wait?.for ?? null };
}

/** The second part of W3C's `version-trace-parent-flags`. */
const traceIdOf = (traceparent: string | null): string | null => traceparent?.split('-')[1] ?? null;

const sinceOf = (row: DeploymentRow, context: DeploymentContext): string =>
  (row.endedAt ?? row.since)?.toISOString() ?? context.changedAt(row) ?? row.openedAt.toISOString();

function sourceOf(source: MergeSource | PersonSource): StoredDeployment['source'] {
  if (source.from === 'merge') return { ...source, authors: source.authors.map(personName) };
  const { from, person, reason, regions } = source;
  return { from, person, reason, ...(regions && { regions: [...regions] }) };
}
