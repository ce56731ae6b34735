import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { SwitchEffect } from '../../domain/host/effects.ts';
import type { Digest } from '../../domain/names.ts';
import { digestName } from '../agent-directory.ts';
import { isDiskFull, replaceLink } from '../durable-files.ts';
import type { ActParts } from '../host-parts.ts';
import { discardUnsound } from './discard-unsound.ts';

type Parts = Pick<ActParts, 'directory' | 'dispatch' | 'log' | 'readState'>;

/**
 * Steps 8 to 11 of docs/host-agent.md: the intent, the link in one rename, the word that it moved. The process follows:
 * the state then asks for a start. `prove` throws while what is switched to can't be started here. Needs nothing but this disk, even a full one.
 */
export async function switchRelease(
  effect: SwitchEffect,
  parts: Parts,
  prove: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { do: _do, ...intent } = effect;
  const { service, to } = effect;
  parts.log.info(effect.kind === 'revert' ? 'reverts' : 'switches', { ...intent });
  if (to !== null && (await discardUnsound(service, to, parts))) return;
  await prove();
  await parts.dispatch({ type: 'switchIntended', ...intent, atMs: Date.now() });
  await moveLink(parts, parts.directory.service(service).current, to);
  await parts.dispatch({ type: 'switched', service, to, atMs: Date.now() });
}

/** Links to a release by a relative path, so that the folder can be moved as a whole. */
export async function moveLink(
  { directory }: Pick<Parts, 'directory'>,
  link: string,
  release: Digest | null,
): Promise<void> {
  const target = release === null ? null : path.join('releases', digestName(release));
  try {
    await replaceLink(link, target);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    await rm(directory.journalReserve, { force: true });
    await replaceLink(link, target);
  }
}
