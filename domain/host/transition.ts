import type { Digest, ServiceName } from '../names.ts';
import { decideHost } from '../goal/host-rule.ts';
import type { Refusal } from '../goal/host-status.ts';
import { basesAfter } from '../goal/trees.ts';
import { addMend } from './drift.ts';
import { isDurable, type DurableEvent, type HostEvent } from './events.ts';
import { shiftTimes } from './clock-set.ts';
import { observe, startHealth } from './health.ts';
import { recover } from './recover.ts';
import { addExit, isCrashLoop } from './restarts.ts';
import { memoryOf, serviceOf, type HostState, type ServiceState, type TakenGoal } from './service-state.ts';

type ServiceEvent = Extract<HostEvent, { readonly service: ServiceName }>;
type Of<Type extends HostEvent['type']> = Extract<HostEvent, { readonly type: Type }>;

/** Reports carry at most so many refusals; older ones no longer matter to any goal. */
const keptRefusals = 32;

/** The state after one event: what happened, without any decision about what to do next. */
export function transition(state: HostState, event: HostEvent): HostState {
  switch (event.type) {
    case 'tick':
      return state;
    case 'recovered':
      return event.services.reduce(
        (all, found) => withService(all, recover(serviceOf(all, found.service), found, event.atMs)),
        state,
      );
    case 'clockSet':
      return {
        ...state,
        services: new Map([...state.services].map(([name, service]) => [name, shiftTimes(service, event.byMs)])),
      };
    case 'sequenceReserved':
      return { ...state, sequenceCeiling: Math.max(state.sequenceCeiling, event.ceiling) };
    case 'goalSeen':
      return seeGoal(state, event);
    case 'indexSeen':
      return seeIndex(state, event);
    case 'rootSeen':
      return seeRoot(state, event);
    default:
      return withService(state, changeService(serviceOf(state, event.service), event));
  }
}

/** The state that a journal's events rebuild. What a newer agent wrote and this one doesn't know is left out: it may be gone back from. */
export const replay = (state: HostState, events: readonly DurableEvent[]): HostState =>
  events.filter(isDurable).reduce(transition, state);

export const withService = (state: HostState, service: ServiceState): HostState => ({
  ...state,
  services: new Map(state.services).set(service.service, service),
});

function changeService(service: ServiceState, event: Exclude<ServiceEvent, Of<'goalSeen'>>): ServiceState {
  switch (event.type) {
    case 'goalRefused':
      return { ...service, problem: event.reason };
    case 'fetchStarted':
      return { ...service, fetching: event.release };
    case 'fetchProgressed':
      return {
        ...service,
        fetchedBytes: service.fetchedBytes + event.fetchedBytes,
        reusedBytes: service.reusedBytes + event.reusedBytes,
      };
    case 'fetched':
      return {
        ...service,
        fetching: null,
        fetchProblem: null,
        onDisk: [...new Set([...service.onDisk, event.release])],
      };
    case 'fetchCancelled':
      return { ...service, fetching: null };
    case 'fetchFailed': {
      const failures = (service.fetchProblem?.failures ?? 0) + 1;
      return {
        ...service,
        fetching: null,
        fetchProblem: { failures, retryAtMs: event.retryAtMs, reason: event.reason },
      };
    }
    case 'switchIntended':
      return intendSwitch(service, event);
    case 'switched':
      return {
        ...service,
        ...acted,
        current: event.to,
        failure: null,
        drift: service.drift?.release === event.to ? service.drift : null,
        trial: service.trial && { ...service.trial, stage: 'switched' },
      };
    case 'instanceStarted':
      return instanceStarted(service, event);
    case 'startFailed':
      return startFailed(service, event);
    case 'startGivenUp':
    case 'drained':
      return { ...service, ...acted };
    case 'instanceStopped':
      return instanceStopped(service, event);
    case 'instanceExited':
      return service.instance?.id === event.instance
        ? exited(service, service.instance.release, event.how, event.atMs)
        : service;
    case 'healthObserved':
      return observeHealth(service, event);
    case 'driftFound':
      return driftFound(service, event);
    case 'driftGone':
      return driftGone(service, event);
    case 'mended':
      return driftGone({ ...service, ...acted }, event);
    case 'rebuilt':
    case 'rebuildLost':
      return rebuilt(service, event);
    case 'treeReplaced':
      return { ...service, mends: addMend(service.mends, event.atMs), outdated: event.instance };
    case 'confirmed':
      return { ...service, ...acted, trial: null };
    case 'previousMoved':
      return { ...service, ...acted, previous: event.release };
    case 'pinned':
      // A person waits: what the last act ran into is tried again at once.
      return { ...service, pin: event.release, actAfterMs: 0, problem: null };
    case 'unpinned':
      return { ...service, pin: null };
    case 'refused':
      return { ...service, ...acted, refused: withRefusal(service, event.refusal) };
    case 'collected':
      return { ...service, ...acted, onDisk: service.onDisk.filter((tree) => !event.releases.includes(tree)) };
    case 'actFailed':
      return actFailed(service, event);
  }
}

const acted = { acting: false, actAfterMs: 0, problem: null } as const;

/** Takes a goal up, unless the rule ignores it. */
function seeGoal(state: HostState, { service: name, goal, provenUntilMs = 0 }: Of<'goalSeen'>): HostState {
  const service = serviceOf(state, name);
  const decision = decideHost(goal, memoryOf(state.host, service));
  if (decision.do === 'ignore') return withService(state, { ...service, problem: decision.reason });
  const { attempt, generation, issuedAt } = goal.goal;
  const bases = { base: service.goal?.goal.base?.release.digest ?? null, previous: service.formerBase };
  const taken: ServiceState = {
    ...service,
    goal,
    provenUntilMs,
    floor: { attempt, generation, contentDigest: goal.contentDigest },
    formerBase: basesAfter(bases, goal.goal).previous,
    // A goal that says something new is tried at once, whatever the last one ran into.
    fetchProblem: generation === service.floor?.generation ? service.fetchProblem : null,
    problem: null,
  };
  return { ...withService(state, taken), timeFloorMs: Math.max(state.timeFloorMs, Date.parse(issuedAt)) };
}

/** Of a goal that it doesn't prove it says nothing: what vouched for that before still does, until it expires. */
function seeIndex(state: HostState, { version, issuedAtMs, expiresAtMs, proven }: Of<'indexSeen'>): HostState {
  if (version < state.indexVersion) return state;
  const seen = { ...state, indexVersion: version, timeFloorMs: Math.max(state.timeFloorMs, issuedAtMs) };
  return proven.reduce((all, { service: name, etag }) => {
    const service = serviceOf(all, name);
    return service.goal?.etag === etag ? withService(all, { ...service, provenUntilMs: expiresAtMs }) : all;
  }, seen);
}

/**
 * Releases that are revoked can't be installed any more. Another director follows one that may have been stolen: what that
 * signed binds the host no longer, neither how far it had counted nor the time it said, and is not installed either.
 */
function seeRoot(state: HostState, { root, issuedAtMs }: Of<'rootSeen'>): HostState {
  const another = state.root !== null && state.root.director !== root.director;
  const services = [...state.services].map(([name, service]) => {
    const { goal } = service;
    const held = { ...service, goal: goal && withoutRevoked(goal, root.revoked) };
    return [name, another ? { ...held, floor: null, provenUntilMs: 0 } : held] as const;
  });
  const seen = { ...state, root, services: new Map(services) };
  return another ? { ...seen, indexVersion: 0, timeFloorMs: issuedAtMs } : seen;
}

function withoutRevoked(goal: TakenGoal, revoked: readonly Digest[]): TakenGoal {
  const next = goal.goal.next?.release.digest;
  return {
    ...goal,
    admitted: goal.admitted && (next === undefined || !revoked.includes(next)),
    admittedReleases: goal.admittedReleases.filter(({ release }) => !revoked.includes(release)),
  };
}

const withRefusal = ({ refused }: ServiceState, refusal: Refusal): readonly Refusal[] =>
  [...refused, refusal].slice(-keptRefusals);

function intendSwitch(service: ServiceState, event: Of<'switchIntended'>): ServiceState {
  const { kind, from, to, attempt, generation, traceparent, refusal } = event;
  return {
    ...service,
    trial: { kind, from, to, attempt, generation, stage: 'intended' },
    // An unconfirmed release is nothing to go back to.
    before: kind === 'forward' && service.trial === null ? from : service.before,
    refused: refusal === null ? service.refused : withRefusal(service, refusal),
    lastSwitch: { traceparent, startedAtMs: event.atMs, switchedAtMs: null },
    exits: [],
  };
}

/** What could not be switched is decided afresh; a revert is made complete. */
function actFailed(service: ServiceState, { retryAtMs, reason }: Of<'actFailed'>): ServiceState {
  const { trial } = service;
  const dropped = trial?.stage === 'intended' && trial.kind === 'forward';
  return { ...service, acting: false, actAfterMs: retryAtMs, problem: reason, trial: dropped ? null : trial };
}

function instanceStarted(service: ServiceState, { instance, drains, atMs }: Of<'instanceStarted'>): ServiceState {
  const { lastSwitch, current, gapSinceMs } = service;
  const firstAfterSwitch = lastSwitch?.switchedAtMs === null && instance.release === current;
  return {
    ...service,
    ...acted,
    acting: drains ?? false,
    gapSinceMs: drains ? null : gapSinceMs,
    switchGapMs: drains ? 0 : service.switchGapMs,
    instance,
    outdated: service.outdated === instance.id ? service.outdated : null,
    health: startHealth(atMs),
    lastSwitch: firstAfterSwitch ? { ...lastSwitch, switchedAtMs: atMs } : lastSwitch,
  };
}

function instanceStopped(service: ServiceState, { purpose, askedAtMs }: Of<'instanceStopped'>): ServiceState {
  const ended = { instance: null, health: null };
  if (purpose === 'stop') return { ...service, ...acted, ...ended, gapSinceMs: null };
  return { ...service, ...ended, gapSinceMs: askedAtMs ?? null };
}

/** Found again, it is the same drift, however the differences changed meanwhile; after a mend it is another one. */
function driftFound(service: ServiceState, event: Of<'driftFound'>): ServiceState {
  const { release, policy, differences, count, mendAtMs, atMs } = event;
  if (release !== service.current) return service;
  const before = service.drift?.isMended === false ? service.drift : null;
  const known = before ?? { foundAtMs: atMs, mendAtMs, isMended: false, isRebuilt: false };
  return { ...service, drift: { ...known, release, policy, differences, count } };
}

function driftGone(service: ServiceState, { release }: Of<'driftGone' | 'mended'>): ServiceState {
  const { drift } = service;
  if (drift?.release !== release || drift.isMended) return service;
  return { ...service, drift: { ...drift, isMended: true, isRebuilt: false } };
}

function rebuilt(service: ServiceState, { type, release }: Of<'rebuilt' | 'rebuildLost'>): ServiceState {
  const { drift } = service;
  const isRebuilt = type === 'rebuilt';
  const ended = isRebuilt ? { fetching: null, fetchProblem: null } : acted;
  return { ...service, ...ended, drift: drift?.release === release ? { ...drift, isRebuilt } : drift };
}

/** What ran before runs on, where the release was to take over from it without a gap. */
function startFailed(service: ServiceState, { release, reason, atMs }: Of<'startFailed'>): ServiceState {
  const { instance, health } = service;
  return { ...exited({ ...service, ...acted }, release, reason, atMs), instance, health };
}

/** An end on trial fails the release at once; later ones only when they come in a loop. */
function exited(service: ServiceState, release: Digest, how: string, atMs: number): ServiceState {
  const exits = addExit(service.exits, atMs);
  const onTrial = service.trial?.kind === 'forward' && service.trial.to === release;
  const looping = isCrashLoop(exits, atMs);
  const reason = looping && !onTrial ? `ended ${exits.length} times, last: ${how}` : how;
  return {
    ...service,
    instance: null,
    health: null,
    exits,
    failure: onTrial || looping ? { release, reason } : service.failure,
  };
}

function observeHealth(service: ServiceState, event: Of<'healthObserved'>): ServiceState {
  const { instance: id, result, atMs } = event;
  const { instance, health } = service;
  if (instance === null || health === null || instance.id !== id) return service;
  const observed = observe(health, instance.health, result, atMs);
  if (result.outcome === 'success' && service.gapSinceMs !== null) {
    const switchGapMs = Math.max(0, atMs - service.gapSinceMs);
    return observeHealth({ ...service, gapSinceMs: null, switchGapMs }, event);
  }
  if (observed.phase === 'unhealthy') {
    const failure = { release: instance.release, reason: observed.reason ?? 'unhealthy' };
    return { ...service, health: observed, failure };
  }
  const recovered = observed.phase === 'healthy' && !isCrashLoop(service.exits, atMs);
  return { ...service, health: observed, failure: recovered ? null : service.failure };
}
