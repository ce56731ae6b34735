import { setTimeout as delay } from 'node:timers/promises';
import type { HostMemoryStore } from '../../../agent/state/host-memory.ts';
import type { EventOf } from '../../../domain/host/events.ts';
import {
  atRest,
  newHost,
  newService,
  withService,
  type HostState,
  type ServiceState,
} from '../../../domain/host/service-state.ts';
import { deploymentNumber, type Generation, type HostId, type ServiceName } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { forgetful } from '../../hosts/light-host.ts';
import type { Memory, Moment, Way } from '../scenario/scenario.ts';
import type { Course } from './course.ts';

/** What a host begins a life with, and what it finds on its disk then. */
export interface Birth {
  readonly memory: HostMemoryStore;
  readonly found: EventOf<'recovered'> | null;
}

/** Lives one life, until the signal; answers with what it remembers then. */
export type Live = (birth: Birth, signal: AbortSignal) => Promise<HostState>;

export interface Living {
  readonly host: HostId;
  readonly service: ServiceName;
  readonly way: Way;
  readonly course: Course;
  readonly live: Live;
  readonly tell: (is: 'away' | 'back') => void;
  /** The process ends. */
  readonly signal: AbortSignal;
}

/** A host from its first life to its last. */
export async function liveOn(living: Living): Promise<void> {
  const { host, service, way, live, tell, signal } = living;
  const fresh: Birth = { memory: forgetful(host), found: null };
  if (way.kind !== 'away') return void (await live(fresh, signal));
  const { from, until, memory } = way;
  const left = from === 'start' ? newHost(host) : await liveUntil(living, fresh, from);
  if (left === null) return;
  tell('away');
  if (until === 'never') return;
  await backAt(living, until);
  if (signal.aborted) return;
  tell('back');
  await live(bornAgain(memory, left, service), signal);
}

/** `null`: the deployment has ended before it could leave, and it stayed to its end. */
async function liveUntil(
  { host, course, live, signal }: Living,
  birth: Birth,
  leaves: Moment,
): Promise<HostState | null> {
  const end = new AbortController();
  const life = live(birth, AbortSignal.any([signal, end.signal]));
  if ((await course.until(host, leaves)) === 'reached') {
    end.abort();
    return life;
  }
  await life;
  return null;
}

async function backAt({ host, course, signal }: Living, until: Moment | 'end'): Promise<void> {
  if (until === 'end') return course.ended();
  if (until.on === 'left') return delay(until.afterMs, undefined, { signal }).catch(() => undefined);
  await course.until(host, until);
}

/** The machine was off meanwhile: what it ran starts anew from what is on its disk, by what it remembers. */
function bornAgain(memory: Memory, left: HostState, service: ServiceName): Birth {
  const state = { kept: left, lost: newHost(left.host), 'old-release': withService(left, longAgo(service)) }[memory];
  const remembered = { ...state, services: new Map([...state.services].map(([name, of]) => [name, atRest(of)])) };
  const known = remembered.services.get(service);
  return { memory: { ...forgetful(left.host), remembered }, found: known === undefined ? null : found(known) };
}

const found = ({ service, current, previous, onDisk }: ServiceState): EventOf<'recovered'> => ({
  type: 'recovered',
  services: [{ service, current, previous, onDisk, instance: null, exit: null }],
  atMs: Date.now(),
});

/** A release that its region has forgotten, by a goal of which nothing else is left. */
function longAgo(service: ServiceName): ServiceState {
  const release = digestOf(`long ago of ${service}`);
  const attempt = { deployment: deploymentNumber(1), local: 0 };
  return {
    ...newService(service),
    floor: { attempt, generation: 1 as Generation, contentDigest: release },
    current: release,
    before: release,
    onDisk: [release],
  };
}
