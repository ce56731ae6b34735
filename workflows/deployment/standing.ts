/** Where a run stands: for decisions about messages, and for people. */
import { whyShut } from '../../domain/deployment/bad-tokens.ts';
import type { Standing } from '../../domain/deployment/person-message.ts';
import { waitOf, type FleetObstacle } from '../../domain/deployment/waiting.ts';
import { tokenWait } from '../../domain/deployment/token-wait.ts';
import { whoMayApprove } from '../../domain/approval/eligible.ts';
import { irreversible } from '../../domain/hook/irreversible.ts';
import { lastToEnd } from '../../domain/fleet/freeze.ts';
import type { LaneLock } from '../../domain/lane/lane.ts';
import { waitingSentence, type Wait } from '../../domain/progress/waiting.ts';
import type { Why } from '../../domain/progress/why-facts.ts';
import { whyOf } from '../../domain/progress/why.ts';
import type { DeploymentStatus } from '../messages/deployment.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { isHeld, isTouched, nameOf } from './deployment-run.ts';
import type { Ended } from './ended.ts';
import { hookWaitsOf } from './hook-waits.ts';
import { glassOf, questionOf, quorumOf } from './quorum.ts';

export const standingOf = (run: DeploymentRun): Standing => ({
  name: nameOf(run),
  paused: run.pause !== null,
  held: isHeld(run),
  touched: isTouched(run),
  finishing: run.finishing,
  stop: run.stop,
  asking: run.asking,
  losing: run.losing !== null,
  planned: run.planned !== null,
  admitted: run.admission !== null,
  ...(run.stageAsked && { stageAsked: run.stageAsked.name }),
});

/** What people see, and what is recorded with each change. */
export function shownOf(run: DeploymentRun) {
  const wait = waitIn(run);
  return {
    state: run.state,
    stage: run.stage,
    // What has stopped goes on to its end, whoever paused it before.
    paused: run.stop === null && run.pause !== null,
    held: isHeld(run),
    waiting: wait === null ? null : waitingSentence(run.input.service, wait),
    waitingFor: wait?.for ?? null,
    regions: [...run.regions.values()].map(({ progress }) => progress),
    approvals: approvalsOf(run),
  };
}

/** Why it is where it is, and what comes next, in the words of pages and commands. */
export function whyNow(
  run: DeploymentRun,
  end: (Ended & { readonly lock: LaneLock | null }) | null = null,
): Why | null {
  const { service, deployment: number, release } = run.input;
  const stages = run.planned?.plan.stages.map(({ name }) => name) ?? [];
  return whyOf({
    ...shownOf(run),
    service,
    number,
    release,
    stages,
    regions: [...run.regions.values()].map(({ progress, stage }) => ({ ...progress, stage: stages[stage] ?? null })),
    outcome: end?.outcome ?? null,
    reason: end?.reason ?? run.stop?.reason ?? null,
    pending: end?.pending ?? [],
    notUndone: end?.notUndone ?? [],
    lock: end?.lock ?? null,
    pointOfNoReturn: run.finishing,
    isNewest: true,
    since: '',
  });
}

export const statusOf = (run: DeploymentRun): DeploymentStatus => ({
  ...shownOf(run),
  planDigest: run.planned?.planDigest ?? null,
  binding: run.planned?.binding ?? null,
  excluded: run.planned?.excluded ?? [],
  approvedBy: approversOf(run),
  asked: askedOf(run),
  waits: { resume: tokenWaitOf(run, 'resume'), 'end-undo': tokenWaitOf(run, 'end-undo') },
  shut: whyShut(run.badTokens),
  controlRevision: run.controlRevision,
});

/** What a token of this verb would let go on, or end, now. */
export function tokenWaitOf(run: DeploymentRun, verb: 'resume' | 'end-undo'): string | null {
  const regions = [...run.regions].map(([region, { held, since, progress }]) => ({ region, held, since, progress }));
  const inRegions = regions.some(({ progress }) => progress.state === 'undoing');
  const inHooks = run.hooks.some(({ state }) => state === 'undoing');
  return tokenWait(verb, {
    pausedSince: run.pause?.since ?? null,
    held: regions.filter(({ held }) => held),
    undecidedSince: run.gates.undecided?.since ?? null,
    losingSince: run.losing?.since ?? null,
    undoing: !inRegions && inHooks ? 'hooks' : run.stop === null ? null : 'regions',
  });
}

/** What an approval would be of now; `null` when nothing is to be approved. */
function askedOf(run: DeploymentRun): DeploymentStatus['asked'] {
  if (run.planned === null || run.stop !== null || (run.admission !== null && run.stageAsked === null)) return null;
  const question = questionOf(run);
  return question.policy === null
    ? null
    : { ...question, policy: question.policy, brokenBy: brokenBy(run), approvals: quorumOf(run).counted };
}

const brokenBy = (run: DeploymentRun): readonly string[] => glassOf(run).counted.map(({ person }) => person);

const approversOf = (run: DeploymentRun): readonly string[] =>
  run.planned === null ? [] : quorumOf(run).counted.map(({ approver }) => approver);

function waitIn(run: DeploymentRun): Wait | null {
  const { holder, copying, undoUntil, stop, noBuildWorker, gates } = run;
  const standings = [...run.regions.values()].map(({ progress, held, since }) => ({ ...progress, held, since }));
  const undoing = standings.filter(({ state }) => state === 'undoing').map(({ region }) => region);
  return waitOf({
    holder,
    copying,
    pause: stop === null ? run.pause : null,
    asking: run.asking ? stop : null,
    noBuildWorker: stop === null || run.hooksAtWork.size > 0 ? noBuildWorker : null,
    approval: approvalWaitOf(run),
    stageApproval: stop === null ? stageApprovalWaitOf(run) : null,
    undo: undoUntil === null ? null : { regions: undoing, until: undoUntil },
    bake: bakeWaitOf(run),
    gates: stop === null ? gates : null,
    fleet: stop === null && !run.finishing ? fleetWaitOf(run.fleet) : null,
    ...hookWaitsOf(run),
    shut: whyShut(run.badTokens),
    regions: stop === null ? standings : [],
  });
}

function fleetWaitOf({ askedAt, answer, window }: DeploymentRun['fleet']): FleetObstacle | null {
  const freezes = answer?.freezes ?? [];
  const freeze = lastToEnd(freezes);
  if (freeze !== undefined) return { for: 'freeze', freeze, more: freezes.length - 1 };
  if (window !== null) return { for: 'window', ...window };
  if (askedAt === null || answer?.isGranted === true) return null;
  return answer?.wait ?? { for: 'fleet', since: askedAt };
}

function approvalsOf({ quorum }: DeploymentRun) {
  if (quorum === null) return null;
  const { given, wanted, stage, by, glass } = quorum;
  return { given, wanted, by, ...(stage !== null && { stage }), ...(glass !== null && { brokenBy: glass.by }) };
}

function approvalWaitOf({ state, quorum, planned }: DeploymentRun) {
  const policy = planned?.plan.approve ?? null;
  if (state !== 'approving' || quorum === null || policy === null) return null;
  const noWayBack = planned === null ? [] : irreversible(planned.plan);
  return { ...quorum, who: whoMayApprove(policy), ...(noWayBack.length > 0 && { noWayBack }) };
}

function stageApprovalWaitOf({ quorum, stageAsked }: DeploymentRun) {
  if (quorum === null || stageAsked?.approve === undefined) return null;
  return { ...quorum, who: whoMayApprove(stageAsked.approve), stage: stageAsked.name };
}

function bakeWaitOf({ state, stage, planned, regions }: DeploymentRun) {
  const bakeMs = planned?.plan.stages.find(({ name }) => name === stage)?.bakeMs;
  const begun = [...regions.values()].filter(({ running }) => running).map(({ since }) => Date.parse(since));
  if (state !== 'baking' || stage === null || bakeMs === undefined || begun.length === 0) return null;
  return { stage, until: new Date(Math.max(...begun) + bakeMs).toISOString() };
}
