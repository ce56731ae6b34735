import { compareAttempts } from '../goal/attempt.ts';
import type { HostId } from '../names.ts';
import { newService, type HostState, type ServiceRecord, type ServiceState } from './service-state.ts';

/** What of a service must outlive all else that a host remembers of it. */
export type ServiceFloors = Pick<ServiceRecord, 'service' | 'floor' | 'refused' | 'pin'>;

/** What a host may never forget and never lower: kept apart from its memory, in two copies. */
export interface HostFloors {
  readonly host: HostId;
  readonly sequenceCeiling: number;
  readonly indexVersion: number;
  readonly timeFloorMs: number;
  readonly memoryLostAtMs: number;
  readonly services: readonly ServiceFloors[];
}

export const floorsOf = ({ services, ...state }: HostState): HostFloors => ({
  host: state.host,
  sequenceCeiling: state.sequenceCeiling,
  indexVersion: state.indexVersion,
  timeFloorMs: state.timeFloorMs,
  memoryLostAtMs: state.memoryLostAtMs ?? 0,
  services: [...services.values()].map(({ service, floor, refused, pin }) => ({ service, floor, refused, pin })),
});

/** A memory that was damaged, and is raised to what stood apart from it: nothing gets lower, and what is pinned stays so. */
export function raiseTo(state: HostState, floors: HostFloors): HostState {
  const services = new Map(state.services);
  for (const kept of floors.services) {
    services.set(kept.service, raiseService(services.get(kept.service) ?? newService(kept.service), kept));
  }
  return {
    ...state,
    sequenceCeiling: Math.max(state.sequenceCeiling, floors.sequenceCeiling),
    indexVersion: Math.max(state.indexVersion, floors.indexVersion),
    timeFloorMs: Math.max(state.timeFloorMs, floors.timeFloorMs),
    memoryLostAtMs: Math.max(state.memoryLostAtMs ?? 0, floors.memoryLostAtMs),
    services,
  };
}

/**
 * A memory of which nobody can say what it lacks. Whoever replays an old goal, with an index that still holds, would be
 * believed: from now on only what was signed after the loss is (docs/host-agent.md).
 */
export const lostAt = (state: HostState, atMs: number): HostState => ({ ...state, memoryLostAtMs: atMs });

function raiseService(service: ServiceState, kept: ServiceFloors): ServiceState {
  const known = service.refused.map((refusal) => `${refusal.deployment} ${refusal.digest}`);
  const more = kept.refused.filter((refusal) => !known.includes(`${refusal.deployment} ${refusal.digest}`));
  return {
    ...service,
    floor: higher(service.floor, kept.floor),
    refused: [...service.refused, ...more],
    pin: kept.pin ?? service.pin,
  };
}

function higher(one: ServiceRecord['floor'], other: ServiceRecord['floor']): ServiceRecord['floor'] {
  if (one === null || other === null) return one ?? other;
  return (compareAttempts(one.attempt, other.attempt) || one.generation - other.generation) < 0 ? other : one;
}
