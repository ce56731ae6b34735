import type { HostId } from '../names.ts';
import { serviceOf, type HostState, type ServiceRecord } from './service-state.ts';
import { transition } from './transition.ts';

/** What of a service must outlive all else that a host remembers of it. */
export type ServiceFloors = Pick<ServiceRecord, 'service' | 'floor' | 'refused' | 'pin'>;

/** What a host may never forget and never lower: kept apart from its memory, in two copies. */
export interface HostFloors {
  readonly host: HostId;
  readonly sequenceCeiling: number;
  /** Another director makes the host count goals and indexes anew. */
  readonly root: HostState['root'];
  readonly indexVersion: number;
  readonly timeFloorMs: number;
  readonly memoryLostAtMs: number;
  readonly services: readonly ServiceFloors[];
}

export const floorsOf = ({ services, ...state }: HostState): HostFloors => ({
  host: state.host,
  sequenceCeiling: state.sequenceCeiling,
  root: state.root,
  indexVersion: state.indexVersion,
  timeFloorMs: state.timeFloorMs,
  memoryLostAtMs: state.memoryLostAtMs ?? 0,
  services: [...services.values()].map(({ service, floor, refused, pin }) => ({ service, floor, refused, pin })),
});

/**
 * A memory that was damaged, with its floors as they stood apart from it. They are set, not only raised: what the memory
 * has may be of a director that is followed no longer (see `seeRoot`).
 */
export function withFloors(state: HostState, floors: HostFloors): HostState {
  // Named one by one: what was read from a file holds more.
  const { sequenceCeiling, root, indexVersion, timeFloorMs, memoryLostAtMs, services: kept } = floors;
  const seen = seeKeptRoot(state, floors);
  const services = new Map(seen.services);
  for (const { service, floor, refused, pin } of kept) {
    services.set(service, { ...serviceOf(seen, service), floor, refused, pin });
  }
  return { ...seen, sequenceCeiling, root, indexVersion, timeFloorMs, memoryLostAtMs, services };
}

/**
 * A memory of which nobody can say what it lacks. Whoever replays an old goal, with an index that still holds, would be
 * believed: from now on only what was signed after the loss is (docs/host-agent.md).
 */
export const lostAt = (state: HostState, atMs: number): HostState => ({ ...state, memoryLostAtMs: atMs });

/** A root document that the memory lost may have revoked what it still wants to install, or have changed the director. */
function seeKeptRoot(state: HostState, { root, timeFloorMs }: HostFloors): HostState {
  if (root === null) return state;
  const before = state.root ?? { version: 0, director: null, revoked: [] };
  return transition({ ...state, root: before }, { type: 'rootSeen', root, issuedAtMs: timeFloorMs, atMs: timeFloorMs });
}
