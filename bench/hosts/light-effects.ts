import { setTimeout as delay } from 'node:timers/promises';
import type { Act, Effect } from '../../domain/host/effects.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { Instance } from '../../domain/host/service-state.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import { ownTurn } from './own-turn.ts';

/** What a fetch and a start take on a light host. */
const fetchMs = 100;
const untilHealthyMs = 300;

/** From the order to switch until an instance is healthy, where the release is on disk. */
export const hostTimeMs = untilHealthyMs;

const health = {
  http: '/',
  startPeriodMs: 30_000,
  intervalMs: 1_000,
  timeoutMs: 500,
  healthyAfter: 1,
  unhealthyAfter: 3,
};

/** Whether an instance of a release, about to start, is to be well. */
export type IsWell = (release: Digest) => boolean;

/**
 * Carries out a host's effects without disk and processes: each only takes its time and ends in the events that the
 * agent's own would end in. Every release is fetched and started; one that isn't well ends before it is healthy.
 */
export function lightEffects(dispatch: (event: HostEvent) => Promise<void>, isWell: IsWell): (effect: Effect) => void {
  let starts = 0;
  const start = async (service: ServiceName, release: Digest): Promise<void> => {
    const id = String(++starts);
    const identity = { pid: process.pid, startTime: id, bootId: 'light' };
    const instance: Instance = { id, release, process: identity, port: 1, health };
    const well = isWell(release);
    await dispatch({ type: 'instanceStopped', service, purpose: 'restart', atMs: Date.now() });
    await dispatch({ type: 'instanceStarted', service, instance, atMs: Date.now() });
    await delay(untilHealthyMs);
    await ownTurn();
    if (!well) {
      const how = 'ended with code 1';
      return dispatch({ type: 'instanceExited', service, instance: id, how, atMs: Date.now() });
    }
    const result = { outcome: 'success' } as const;
    await dispatch({ type: 'healthObserved', service, instance: id, result, atMs: Date.now() });
  };
  const fetch = async (service: ServiceName, release: Digest): Promise<void> => {
    await dispatch({ type: 'fetchStarted', service, release, atMs: Date.now() });
    await delay(fetchMs);
    await ownTurn();
    await dispatch({ type: 'fetched', service, release, atMs: Date.now() });
  };
  const act = async (effect: Act): Promise<void> => {
    const { service } = effect;
    const atMs = Date.now();
    switch (effect.do) {
      case 'switch': {
        const { do: _do, ...intent } = effect;
        await dispatch({ type: 'switchIntended', ...intent, atMs });
        return dispatch({ type: 'switched', service, to: effect.to, atMs });
      }
      case 'start':
        return start(service, effect.release);
      case 'stop':
        return dispatch({ type: 'instanceStopped', service, purpose: 'stop', atMs });
      case 'replaceTree':
        return dispatch({ type: 'mended', service, release: effect.release, atMs });
      case 'confirm':
        return dispatch({ type: 'confirmed', service, release: effect.release, atMs });
      case 'movePrevious':
        return dispatch({ type: 'previousMoved', service, release: effect.release, atMs });
      case 'collect':
        return dispatch({ type: 'collected', service, releases: effect.releases, atMs });
    }
  };
  return (effect) => {
    // A fetch ends by itself, soon; trees of these hosts are never changed.
    if (effect.do === 'cancelFetch' || effect.do === 'rebuild') return;
    void (effect.do === 'fetch' ? fetch(effect.service, effect.release) : act(effect));
  };
}
