import type { EventOf } from './events.ts';
import { acted, type ServiceState } from './service-state.ts';

/** Found again, it is the same drift, however the differences changed meanwhile; after a mend it is another one. */
export function driftFound(service: ServiceState, event: EventOf<'driftFound'>): ServiceState {
  const { release, policy, differences, count, mendAtMs, atMs } = event;
  if (release !== service.current) return service;
  const before = service.drift?.isMended === false ? service.drift : null;
  const known = before ?? { foundAtMs: atMs, mendAtMs, isMended: false, isRebuilt: false };
  return { ...service, drift: { ...known, release, policy, differences, count } };
}

export function driftGone(service: ServiceState, { release }: EventOf<'driftGone' | 'mended'>): ServiceState {
  const { drift } = service;
  if (drift?.release !== release || drift.isMended) return service;
  return { ...service, drift: { ...drift, isMended: true, isRebuilt: false } };
}

export function rebuilt(service: ServiceState, { type, release }: EventOf<'rebuilt' | 'rebuildLost'>): ServiceState {
  const { drift } = service;
  const isRebuilt = type === 'rebuilt';
  const ended = isRebuilt ? { fetching: null, fetchProblem: null } : acted;
  return { ...service, ...ended, drift: drift?.release === release ? { ...drift, isRebuilt } : drift };
}
