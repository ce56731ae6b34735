import { setTimeout as delay } from 'node:timers/promises';
import type { Act, SwitchEffect } from '../../domain/host/effects.ts';
import { isOutdated } from '../../domain/host/drift.ts';
import { ownService } from '../../domain/host/own-service.ts';
import { serviceOf } from '../../domain/host/service-state.ts';
import type { Digest } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { switchRelease } from '../effects/switch-release.ts';
import type { ActParts } from '../host-parts.ts';
import { linkedRelease, readInstalled, type InstalledRelease } from '../install/installed-release.ts';
import { HostCannotError } from '../keeper/host-cannot.ts';
import { isTried, removeTrial, writeTrial } from './own-files.ts';
import { ownInstance } from './own-process.ts';
import { proveRelease } from './prove-release.ts';

const reasonMaxLength = 500;
/** What it has beyond twice the start period of its release, in which it should have judged itself. */
const graceSeconds = 10;
/** Whatever kept ending a release may be over by then: a full disk, a setting. */
const tryAgainAfterS = 600;
/** What a host lacks it lacks for a while, and each check is the start of two programs. */
const checkAgainAfterMs = 10_000;
/** Acts on other services that are under way are let end for so long; a killed one is made good by the next agent too. */
const actsTimeoutMs = 10_000;

/** The acts of the service `slipway-agent` that differ from any other's; the rest is the same. */
export function actOnOwn(effect: Act, parts: ActParts): Promise<void> | null {
  switch (effect.do) {
    case 'switch':
      return switchOwn(effect, parts);
    case 'start':
      return startOwn(effect.release, parts);
    case 'stop':
      return stopOwn(parts);
    case 'confirm':
      return confirmOwn(effect.release, parts);
    default:
      return null;
  }
}

/** The new file is proven beside the agent that runs; only then the link moves, and the launcher is told what is on trial. */
async function switchOwn(effect: SwitchEffect, parts: ActParts): Promise<void> {
  const { directory, own, env, dispatch, log, readState } = parts;
  const { to, from, attempt, kind } = effect;
  if (own !== null && !own.isLaunched) throw new HostCannotError(notLaunched);
  const isNext = kind === 'forward' && isAdvance(parts);
  if (to !== null && kind === 'forward') {
    const installed = await readInstalled(directory.service(ownService), to);
    const proof = await proveRelease(installed, env);
    if (proof.fit === 'unknown')
      throw new HostCannotError(`the new agent could not be checked: ${proof.reason}`, checkAgainAfterMs);
    if (!proof.fit && !isNext) throw new HostCannotError(proof.reason);
    if (!proof.fit) {
      const refusal = { deployment: attempt.deployment, digest: to, reason: proof.reason.slice(0, reasonMaxLength) };
      log.warn('an agent is refused', { ...refusal });
      return dispatch({ type: 'refused', service: ownService, refusal, atMs: Date.now() });
    }
    if (isNext) await writeTrial(directory, { from, to, seconds: secondsFor(installed) });
  }
  // What the link leaves stays on trial until it has moved: the launcher would take it for confirmed.
  if (!isNext && !isTried(directory, from)) await removeTrial(directory);
  await switchRelease(effect, { directory, dispatch, log, readState });
  if (!isNext && (await linkedRelease(directory.service(ownService).current)) === to) await removeTrial(directory);
}

const notLaunched =
  'this agent was not started by launch-agent, so nobody would start the next one: see docs/how-to/upgrade-agents.md';

/** From a base that ran, or by an operator's pin, there is no way on: only what a deployment brings is gone back from. */
function isAdvance({ readState }: Pick<ActParts, 'readState'>): boolean {
  const service = readState().services.get(ownService);
  return service?.pin === null && service.goal?.goal.mode === 'advance';
}

const secondsFor = ({ config }: InstalledRelease): number =>
  Math.ceil((2 * config.health.startPeriodMs) / 1_000) + graceSeconds;

/** The process that runs is the instance, or it makes room for it. */
async function startOwn(release: Digest, parts: ActParts): Promise<void> {
  const { directory, own, dispatch, readState } = parts;
  // A command that stands in for the agent has done its part: whoever starts the agent starts it from the link.
  if (own === null) return;
  const atMs = Date.now();
  if (own.release === release && !isOutdated(serviceOf(readState(), ownService))) {
    const { config } = await readInstalled(directory.service(ownService), release);
    const instance = ownInstance(directory, release, config.health);
    return dispatch({ type: 'instanceStarted', service: ownService, instance, atMs });
  }
  if (own.standsInFor === release && process.uptime() < tryAgainAfterS) {
    const reason = 'it ended again and again at its start; the installed file stands in for it';
    return dispatch({ type: 'startFailed', service: ownService, release, reason, atMs });
  }
  if (!own.isLaunched) throw new HostCannotError(notLaunched);
  await handOver(parts);
}

/** Nothing of it is to run: then the file that was installed does. */
async function stopOwn(parts: ActParts): Promise<void> {
  const { own, dispatch } = parts;
  if (own === null) return;
  if (own.release !== null && own.isLaunched) return handOver(parts);
  await dispatch({ type: 'instanceStopped', service: ownService, purpose: 'stop', atMs: Date.now() });
}

async function handOver({ own, readState, log }: ActParts): Promise<void> {
  const deadline = performance.now() + actsTimeoutMs;
  const othersAct = (): boolean =>
    [...readState().services.values()].some(({ service, acting }) => acting && service !== ownService);
  while (othersAct() && performance.now() < deadline) await delay(20);
  log.info('hands over to the next agent');
  own?.handOver();
}

async function confirmOwn(release: Digest | null, { directory, dispatch }: ActParts): Promise<void> {
  await dispatch({ type: 'confirmed', service: ownService, release, atMs: Date.now() });
  await removeTrial(directory);
}

/** What a killed agent left: of a trial that is over, or that never began. */
export async function tidyTrial(directory: AgentDirectory, { readState }: Pick<ActParts, 'readState'>): Promise<void> {
  if ((readState().services.get(ownService)?.trial ?? null) === null) await removeTrial(directory);
}
