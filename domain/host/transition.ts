import type { Digest, ServiceName } from '../names.ts';
import type { Refusal } from '../goal/host-status.ts';
import { addMend } from './drift.ts';
import { driftFound, driftGone, rebuilt } from './drift-events.ts';
import { isDurable, type DurableEvent, type EventOf, type HostEvent } from './events.ts';
import { lossBy, shiftTimes } from './clock-set.ts';
import { observe, startHealth } from './health.ts';
import { recover, recoverTrial } from './recover.ts';
import { addExit, isCrashLoop } from './restarts.ts';
import { seeGoal, seeIndex, seeRoot } from './see-region.ts';
import { acted, serviceOf, withService, type HostState, type ServiceState } from './service-state.ts';

type ServiceEvent = Extract<HostEvent, { readonly service: ServiceName }>;

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
        lossBy(state, event.atMs),
      );
    case 'clockSet':
      return {
        ...lossBy(state, event.atMs),
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

function changeService(service: ServiceState, event: Exclude<ServiceEvent, EventOf<'goalSeen'>>): ServiceState {
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

const withRefusal = ({ refused }: ServiceState, refusal: Refusal): readonly Refusal[] =>
  [...refused, refusal].slice(-keptRefusals);

function intendSwitch(service: ServiceState, event: EventOf<'switchIntended'>): ServiceState {
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

/** What could not be switched is decided afresh, a revert is made complete; and the link may have been moved all the same. */
function actFailed(
  service: ServiceState,
  { retryAtMs, reason, linked = service.current }: EventOf<'actFailed'>,
): ServiceState {
  const { trial } = service;
  const failed = { ...service, acting: false, actAfterMs: retryAtMs, problem: reason, current: linked };
  return trial?.stage === 'intended' ? { ...failed, trial: recoverTrial(trial, linked) } : failed;
}

function instanceStarted(service: ServiceState, { instance, drains, atMs }: EventOf<'instanceStarted'>): ServiceState {
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

function instanceStopped(service: ServiceState, event: EventOf<'instanceStopped'>): ServiceState {
  const { purpose, askedMsAgo, atMs } = event;
  const ended = { instance: null, health: null };
  if (purpose === 'stop') return { ...service, ...acted, ...ended, gapSinceMs: null };
  return { ...service, ...ended, gapSinceMs: askedMsAgo === undefined ? null : atMs - askedMsAgo };
}

/** What ran before runs on, where the release was to take over from it without a gap. */
function startFailed(service: ServiceState, { release, reason, atMs }: EventOf<'startFailed'>): ServiceState {
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

function observeHealth(service: ServiceState, event: EventOf<'healthObserved'>): ServiceState {
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
