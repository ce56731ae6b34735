import { secretNamesOf } from '../../domain/secret/secret-names.ts';
import { usableSecrets, type HeldSecrets, type RegionAnswer } from '../../domain/secret/usable-secrets.ts';
import type { SwitchEffect } from '../../domain/host/effects.ts';
import type { ServiceName } from '../../domain/names.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import type { ActParts } from '../host-parts.ts';
import { readInstalled, type InstalledRelease } from '../install/installed-release.ts';
import { HostCannotError } from '../keeper/host-cannot.ts';
import { keeperPlaces } from '../keeper/keeper-place.ts';
import { handOut, type HandedOut } from './hand-out.ts';
import { heldSecrets } from './held-secrets.ts';
import { checkMemoryFolder } from './memory-folder.ts';

/** A gateway waits 10 s for a command, and commands for each other. */
const askTimeoutMs = 20_000;
/** Where nobody has to wait: the values that are held will do. */
const shortTimeoutMs = 5_000;
/** Between two tries: a whole region may miss the same secret. */
const retryAfterMs = 3_000;

type Parts = Pick<ActParts, 'directory' | 'secrets' | 'log'>;

/** What one start of an instance is given; its keeper is to remember the values. */
export interface FoundSecrets extends HandedOut {
  readonly held: HeldSecrets;
}

/**
 * Asked of the region at each start; a region that can't say is stood in for by what keepers remember. Null when the release names
 * none. @throws HostCannotError when they can't be had: no fault of the release, and tried again
 */
export async function findSecrets(
  service: ServiceName,
  installed: InstalledRelease,
  parts: Parts,
): Promise<FoundSecrets | null> {
  const { run } = installed.config;
  const [names, release] = [secretNamesOf(run), installed.digest];
  if (names.length === 0) return null;
  if (run.secrets?.files !== undefined) await checkMemoryFolder(parts.secrets.folder);
  const places = keeperPlaces(parts.directory, service);
  const held = (await Promise.all(places.map(({ keeper }) => heldSecrets(keeper)))).flat();
  const isHeld = held.some((each) => each.release === release);
  const answer = await askRegion(service, installed, names, isHeld ? shortTimeoutMs : askTimeoutMs, parts);
  const use = usableSecrets(release, names, answer, held);
  if (use.do === 'wait') throw cannot(use.reason);
  const reason = answer.outcome === 'given' ? undefined : answer.reason;
  if (use.from === 'memory') parts.log.warn('the secrets of an earlier start are used', { service, names, reason });
  const atMs = use.from === 'region' ? Date.now() : Math.max(...held.map((each) => each.atMs));
  return { ...handOut(run, use.values), held: { release, atMs, values: use.values } };
}

/** Before the link is moved to what a deployment brings: without its secrets it could not be started. @throws HostCannotError */
export async function proveSecrets(
  { service, to }: SwitchEffect,
  parts: Parts & Pick<ActParts, 'readState'>,
): Promise<void> {
  const { goal, pin } = parts.readState().services.get(service) ?? {};
  const isNext = pin === null && to !== null && goal?.goal.mode === 'advance' && goal.goal.next?.release.digest === to;
  if (!isNext) return;
  const installed = await readInstalled(parts.directory.service(service), to);
  const names = secretNamesOf(installed.config.run);
  if (names.length === 0) return;
  const answer = await askRegion(service, installed, names, askTimeoutMs, parts);
  const use = usableSecrets(to, names, answer, []);
  if (use.do === 'wait') throw cannot(use.reason);
  handOut(installed.config.run, use.values);
}

async function askRegion(
  service: ServiceName,
  { digest: release }: InstalledRelease,
  names: readonly string[],
  timeoutMs: number,
  { secrets }: Parts,
): Promise<RegionAnswer> {
  try {
    const given = await secrets.ask({ service, release, names: [...names] }, AbortSignal.timeout(timeoutMs));
    return { outcome: 'given', values: given.secrets };
  } catch (error) {
    const reason = error instanceof GatewayError ? error.message : `no answer within ${timeoutMs} ms`;
    const isRefused = error instanceof GatewayError && error.status === 403;
    return { outcome: isRefused ? 'refused' : 'none', reason };
  }
}

/** Spread, so that the hosts of a region don't ask together again. */
const cannot = (reason: string): HostCannotError =>
  new HostCannotError(`the secrets of the release can't be had: ${reason}`, retryAfterMs * (1 + Math.random()));
