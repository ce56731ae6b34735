import { decideRevert } from '../goal/host-rule.ts';
import { treesToKeep } from '../goal/trees.ts';
import type { DeploymentNumber, Digest, Generation, HostId } from '../names.ts';
import type { Act, Effect, SwitchEffect } from './effects.ts';
import { isOutdated, releaseToRebuild } from './drift.ts';
import { intend, type Intention } from './intention.ts';
import { restartAtMs } from './restarts.ts';
import { memoryOf, type ServiceState } from './service-state.ts';

const reasonMaxLength = 500;

/**
 * What has to be done for one service now, given what is under way. Newest goal wins: nothing waits in a queue. `waits`: it
 * may not go on to another release yet; all else goes its way.
 */
export function nextEffects(host: HostId, service: ServiceState, nowMs: number, waits = false): readonly Effect[] {
  const intention = intend(host, service, nowMs);
  const act =
    service.acting || nowMs < service.actAfterMs
      ? null
      : nextAct(host, service, waits ? { ...intention, run: service.current } : intention, nowMs);
  const fetch =
    act === null && !service.acting
      ? nextFetch(service, intention, nowMs)
      : cancelStale(service, wantedTrees(service, intention, nowMs));
  return [...(act === null ? [] : [act]), ...(fetch === null ? [] : [fetch])];
}

/** Trees that nothing needs any more: not a way back, not on the way forward, not under a running process. */
export function unneededTrees(service: ServiceState): readonly Digest[] {
  const { goal, trial } = service;
  // Not while a trial may end in a revert, which a long removal would keep waiting.
  if (goal === null || trial !== null) return [];
  const bases = { base: goal.goal.base?.release.digest ?? null, previous: service.formerBase };
  const needed = [
    ...treesToKeep(bases, goal.goal, service.current),
    service.before,
    service.previous,
    service.pin,
    service.instance?.release,
  ];
  return service.onDisk.filter((tree) => !needed.includes(tree));
}

function nextAct(host: HostId, service: ServiceState, intention: Intention, nowMs: number): Act | null {
  return (
    completeRevert(service) ??
    revertFailed(host, service) ??
    followIntention(service, intention) ??
    leaveLostTree(service) ??
    runCurrent(service, nowMs) ??
    confirmTrial(service) ??
    putRebuilt(service) ??
    tidy(service)
  );
}

/** A revert whose link was not moved: the agent was killed, or the disk refused. */
function completeRevert({ service, trial, current, lastSwitch }: ServiceState): SwitchEffect | null {
  if (trial?.stage !== 'intended' || trial.kind !== 'revert') return null;
  const { kind, to, attempt, generation } = trial;
  return {
    do: 'switch',
    service,
    kind,
    from: current,
    to,
    attempt,
    generation,
    traceparent: lastSwitch?.traceparent ?? null,
    refusal: null,
  };
}

/** `current` failed on trial, or is the goal's `next` and failed later in the same attempt. */
function revertFailed(host: HostId, service: ServiceState): SwitchEffect | null {
  const { goal, trial, failure, current } = service;
  if (goal === null || failure === null || failure.release !== current) return null;
  const onTrial = trial?.kind === 'forward' || (trial === null && current === goal.goal.next?.release.digest);
  if (!onTrial) return null;
  const decision = decideRevert(goal, memoryOf(host, service), current, service.before);
  if (decision.do !== 'run' && decision.do !== 'stop') return null;
  const to = decision.do === 'run' ? decision.release : null;
  const { attempt } = goal.goal;
  const refusal = {
    deployment: attempt.deployment,
    digest: current,
    reason: failure.reason.slice(0, reasonMaxLength),
  };
  return switchTo(service, 'revert', to, refusal);
}

function followIntention(service: ServiceState, { run }: Intention): SwitchEffect | null {
  return run === service.current ? null : switchTo(service, 'forward', run, null);
}

function switchTo(
  { service, goal, current }: ServiceState,
  kind: SwitchEffect['kind'],
  to: Digest | null,
  refusal: SwitchEffect['refusal'],
): SwitchEffect {
  const { attempt, generation } = goal?.goal ?? noGoal;
  const traceparent = goal?.traceparent ?? null;
  return { do: 'switch', service, kind, from: current, to, attempt, generation, traceparent, refusal };
}

/** A host that lost its memory goes back by its links alone. */
const noGoal = { attempt: { deployment: 0 as DeploymentNumber, local: 0 }, generation: 0 as Generation };

/** The tree of what should run was damaged: another one that is whole runs until it was fetched again. */
function leaveLostTree(service: ServiceState): SwitchEffect | null {
  const { current, instance, onDisk, goal, before, previous } = service;
  if (current === null || instance !== null || onDisk.includes(current)) return null;
  const wayBack = [goal?.goal.base?.release.digest, before, previous].find((tree) => tree && onDisk.includes(tree));
  return wayBack ? switchTo(service, 'forward', wayBack, null) : null;
}

function runCurrent(state: ServiceState, nowMs: number): Act | null {
  const { service, current, instance, exits, onDisk } = state;
  if (current === null) return instance === null ? null : { do: 'stop', service };
  if ((instance?.release === current && !isOutdated(state)) || !onDisk.includes(current)) return null;
  // Waiting is for what ended by itself, since the last switch: another release takes over at once.
  return nowMs < restartAtMs(exits) ? null : { do: 'start', service, release: current };
}

function confirmTrial({ service, trial, current, instance, health }: ServiceState): Act | null {
  if (trial === null) return null;
  const proven = current === null ? instance === null : health?.phase === 'healthy';
  return proven ? { do: 'confirm', service, release: current } : null;
}

function putRebuilt({ service, drift, trial, current }: ServiceState): Act | null {
  const isReady = drift?.isRebuilt === true && drift.release === current && trial === null;
  return isReady ? { do: 'replaceTree', service, release: drift.release } : null;
}

function tidy(service: ServiceState): Act | null {
  const { formerBase, previous, onDisk, fetching } = service;
  if (formerBase !== null && formerBase !== previous && onDisk.includes(formerBase)) {
    return { do: 'movePrevious', service: service.service, release: formerBase };
  }
  // Both work in the same folders.
  const releases = fetching === null ? unneededTrees(service) : [];
  return releases.length > 0 ? { do: 'collect', service: service.service, releases } : null;
}

/** Space is freed before it is filled: a fetch starts when there is nothing left to do. */
function nextFetch(service: ServiceState, intention: Intention, nowMs: number): Effect | null {
  const wanted = wantedTrees(service, intention, nowMs);
  const [release] = wanted;
  if (service.fetching !== null || release === undefined) return cancelStale(service, wanted);
  if (nowMs < (service.fetchProblem?.retryAtMs ?? 0)) return null;
  const admitted = service.goal?.admittedReleases.find((each) => each.release === release);
  const failures = service.fetchProblem?.failures ?? 0;
  // Its bytes were admitted when they came, and are known by digest.
  if (intention.fetch.length === 0)
    return { do: 'rebuild', service: service.service, release, config: admitted?.config ?? null, failures };
  if (admitted === undefined) return null;
  return { do: 'fetch', service: service.service, release, config: admitted.config, failures };
}

/** What a deployment waits for comes before what is to be mended. */
function wantedTrees(service: ServiceState, { fetch }: Intention, nowMs: number): readonly Digest[] {
  const rebuild = releaseToRebuild(service, nowMs);
  return fetch.length > 0 || rebuild === null ? fetch : [rebuild];
}

function cancelStale({ service, fetching }: ServiceState, wanted: readonly Digest[]): Effect | null {
  return fetching !== null && !wanted.includes(fetching) ? { do: 'cancelFetch', service } : null;
}
