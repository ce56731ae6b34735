import type { ServiceName } from '../names.ts';
import type { Effect } from './effects.ts';
import type { HostEvent } from './events.ts';
import { isOutdated } from './drift.ts';
import { nextEffects } from './next-effects.ts';
import { ownService, waitsForOthers } from './own-service.ts';
import { restartAtMs } from './restarts.ts';
import { withService, type HostState, type ServiceState } from './service-state.ts';
import { transition } from './transition.ts';

export interface Applied {
  readonly state: HostState;
  readonly effects: readonly Effect[];
}

/**
 * One turn of the host's loop: the event changes the state, and the state says what to do now. Effects that are handed
 * out are noted as under way, so that the same one never runs twice. Every effect ends in an event.
 */
export function apply(state: HostState, event: HostEvent): Applied {
  const changed = transition(state, event);
  const concerned = 'service' in event ? concernedBy(event.service, changed) : [...changed.services.keys()];
  const nowMs = Math.max(event.atMs, changed.timeFloorMs);
  return concerned.reduce<Applied>((applied, name) => settle(applied, name, nowMs), { state: changed, effects: [] });
}

/** The agent waits for the others, and they for it (own-service.ts). */
const concernedBy = (service: ServiceName, { services }: HostState): readonly ServiceName[] =>
  service === ownService || !services.has(ownService)
    ? [service, ...[...services.keys()].filter((other) => service === ownService && other !== service)]
    : [service, ownService];

/** When time alone will give the host something to do; `null` when it won't. */
export function nextWakeMs(state: HostState, nowMs: number): number | null {
  const times = [...state.services.values()].flatMap(wakeTimes).filter((at) => at > nowMs);
  return times.length === 0 ? null : Math.min(...times);
}

function settle({ state, effects }: Applied, name: ServiceName, nowMs: number): Applied {
  const service = state.services.get(name);
  if (service === undefined) return { state, effects };
  const more = nextEffects(state.host, service, nowMs, waitsForOthers(state, service, nowMs));
  if (more.length === 0) return { state, effects };
  return { state: withService(state, more.reduce(begun, service)), effects: [...effects, ...more] };
}

function begun(service: ServiceState, effect: Effect): ServiceState {
  if (effect.do === 'fetch' || effect.do === 'rebuild') return { ...service, fetching: effect.release };
  return effect.do === 'cancelFetch' ? service : { ...service, acting: true };
}

const wakeTimes = (service: ServiceState): number[] => [
  service.actAfterMs,
  service.fetchProblem?.retryAtMs ?? 0,
  service.instance !== null && service.instance.release === service.current && !isOutdated(service)
    ? 0
    : restartAtMs(service.exits),
  service.drift?.mendAtMs ?? 0,
];
