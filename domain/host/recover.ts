import type { Digest } from '../names.ts';
import type { FoundService } from './events.ts';
import { startHealth } from './health.ts';
import { addExit } from './restarts.ts';
import { atRest, type ServiceState, type Trial } from './service-state.ts';

/**
 * What a fresh agent knows of a service: the journal's memory, corrected by links, trees and processes. It makes the
 * table of crashes true (docs/host-agent.md): after any of them the host runs exactly the new or the previous release.
 */
export function recover(journalled: ServiceState, found: FoundService, atMs: number): ServiceState {
  const { current, previous, onDisk, instance } = found;
  const trial = journalled.trial && recoverTrial(journalled.trial, current);
  const service: ServiceState = {
    ...atRest(journalled),
    // By a clock that was set back since: an hour ahead they would keep it waiting for an hour.
    exits: journalled.exits.filter((at) => at <= atMs),
    current,
    previous,
    onDisk,
    trial,
    instance,
    health: instance && startHealth(atMs),
  };
  return found.exit === null
    ? service
    : countExit(service, journalled, { ...found.exit, atMs: Math.min(found.exit.atMs, atMs) });
}

/**
 * Where `current` must point again when it points nowhere and no goal wanted that: somebody removed it, or made something
 * else of it. What runs says it best, then what is remembered, then the ways back; only a whole release may be run. Where a
 * goal is remembered and nothing is current, it stopped what ran: that is not to be revived by its way back.
 */
export function linkToRestore(journalled: ServiceState, found: FoundService): Digest | null {
  const { trial, goal, current, before, previous } = journalled;
  if (found.current !== null || trial?.to === null) return null;
  const isStopped = goal !== null && current === null;
  const wanted = [found.instance?.release, ...(isStopped ? [] : [current, before, found.previous, previous])];
  return wanted.find((release) => release && found.onDisk.includes(release)) ?? null;
}

/**
 * The link is the truth. A switch forward that was intended and not made is dropped, and the goal decides afresh; a
 * revert is made complete, and what it reverts from is refused since its intent was written.
 */
export function recoverTrial(trial: Trial, current: Digest | null): Trial | null {
  if (current === trial.to) return { ...trial, stage: 'switched' };
  return trial.kind === 'revert' && trial.stage === 'intended' ? trial : null;
}

/** It ended while no agent ran: no restart of the agent may hide a crash loop, nor a release that can't start. */
function countExit(
  service: ServiceState,
  journalled: ServiceState,
  exit: NonNullable<FoundService['exit']>,
): ServiceState {
  const known = journalled.instance;
  if (known === null || known.id !== exit.instance) return service;
  const { trial } = service;
  const onTrial = trial?.kind === 'forward' && trial.stage === 'switched' && trial.to === known.release;
  return {
    ...service,
    exits: addExit(service.exits, exit.atMs),
    failure: onTrial ? { release: known.release, reason: exit.how } : null,
  };
}
