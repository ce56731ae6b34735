import { rm } from 'node:fs/promises';
import type { Act, Effect } from '../../domain/host/effects.ts';
import { ownService } from '../../domain/host/own-service.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import { replaceTree } from '../drift/replace-tree.ts';
import { isDiskFull } from '../durable-files.ts';
import type { ActParts, HostParts } from '../host-parts.ts';
import { linkedRelease } from '../install/installed-release.ts';
import { HostCannotError } from '../keeper/host-cannot.ts';
import { actOnOwn } from '../own/replace-agent.ts';
import { runFetches } from './fetch-release.ts';
import { proveSecrets } from '../secrets/find-secrets.ts';
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
    if (isDiskFull(error)) await freeReserve(parts);
    const atMs = Date.now();
    const found = effect.do === 'switch' ? await linkAfter(service, parts) : {};
    const afterMs = (error instanceof HostCannotError ? error.retryAfterMs : undefined) ?? retryActMs;
    await parts.dispatch({ type: 'actFailed', service, reason, atMs, retryAtMs: Math.round(atMs + afterMs), ...found });
  }
}

/** The next try has what is set aside: what runs must not depend on who else fills the disk. */
const freeReserve = ({ directory }: ActParts): Promise<void> =>
  rm(directory.journalReserve, { force: true }).catch(() => undefined);

/** The rename may have been made, and only its sync have failed. A disk that can't be read says nothing. */
const linkAfter = (service: ServiceName, { directory }: ActParts): Promise<{ readonly linked?: Digest | null }> =>
  linkedRelease(directory.service(service).current).then(
    (linked) => ({ linked }),
    () => ({}),
  );

function doAct(effect: Act, parts: ActParts): Promise<void> {
  const { service } = effect;
  switch (effect.do) {
    case 'switch':
      return switchRelease(effect, parts, () => proveSecrets(effect, parts));
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
