import type { Act, Effect } from '../../domain/host/effects.ts';
import { ownService } from '../../domain/host/own-service.ts';
import type { ActParts, HostParts } from '../host-parts.ts';
import { replaceTree } from '../drift/replace-tree.ts';
import { actOnOwn } from '../own/replace-agent.ts';
import { runFetches } from './fetch-release.ts';
import { startInstance, stopInstance } from './run-instance.ts';
import { switchRelease } from './switch-release.ts';
import { collectReleases, movePrevious } from './tidy-releases.ts';

/** After an act that the host could not do, for whatever reason but the release. */
const retryActMs = 1_000;

/** Does what the state asks for. Each effect ends in an event, also when it fails. */
export function effectsOf(parts: HostParts): { carryOut(effect: Effect): void; close(): void } {
  const fetches = runFetches(parts);
  const carryOut = (effect: Effect): void => {
    if (effect.do === 'fetch' || effect.do === 'rebuild') fetches.start(effect);
    else if (effect.do === 'cancelFetch') fetches.cancel(effect.service);
    else void act(effect, parts);
  };
  return { carryOut, close: fetches.close };
}

/** Does it, and says so in an event, also when it fails. */
export async function act(effect: Act, parts: ActParts): Promise<void> {
  const { service } = effect;
  parts.log.debug(effect.do, { ...effect });
  try {
    await ((service === ownService ? actOnOwn(effect, parts) : null) ?? doAct(effect, parts));
  } catch (error) {
    const reason = `${effect.do} could not be done: ${(error as Error).message}`;
    parts.log.warn(reason, { service });
    const atMs = Date.now();
    await parts.dispatch({ type: 'actFailed', service, reason, atMs, retryAtMs: atMs + retryActMs });
  }
}

function doAct(effect: Act, parts: ActParts): Promise<void> {
  const { service } = effect;
  switch (effect.do) {
    case 'switch':
      return switchRelease(effect, parts);
    case 'start':
      return startInstance(service, effect.release, parts);
    case 'stop':
      return stopInstance(service, parts);
    case 'replaceTree':
      return replaceTree(service, effect.release, parts);
    case 'confirm':
      return parts.dispatch({ type: 'confirmed', service, release: effect.release, atMs: Date.now() });
    case 'movePrevious':
      return movePrevious(service, effect.release, parts);
    case 'collect':
      return collectReleases(service, effect.releases, parts);
  }
}
