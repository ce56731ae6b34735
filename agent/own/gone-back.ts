import { rm } from 'node:fs/promises';
import type { DurableEvent } from '../../domain/host/events.ts';
import { ownService } from '../../domain/host/own-service.ts';
import { serviceOf, type HostState } from '../../domain/host/service-state.ts';
import { replay } from '../../domain/host/transition.ts';
import { isDigest, type Digest } from '../../domain/names.ts';
import { nameDigest, type AgentDirectory } from '../agent-directory.ts';
import { linkedRelease } from '../install/installed-release.ts';
import type { HostMemoryStore } from '../state/host-memory.ts';
import { ownFiles, readLines } from './own-files.ts';

const reasonMaxLength = 500;

/**
 * The launcher went back from an agent that never was confirmed. The one before remembers it as a revert, as if it had seen to it
 * itself: that release is refused for the deployment. Before anything is decided here; the launcher's word is kept until
 * then, so that no crash loses it.
 */
export async function rememberGoneBack(memory: HostMemoryStore, directory: AgentDirectory): Promise<HostMemoryStore> {
  const { goneBack } = ownFiles(directory);
  const [name = '', reason = ''] = readLines(goneBack) ?? [];
  const from = nameDigest(name);
  const current = await linkedRelease(directory.service(ownService).current);
  const events = isDigest(from) && from !== current ? revertOf(memory.remembered, from, current, reason) : [];
  for (const event of events) await memory.append(event);
  await rm(goneBack, { force: true });
  return { ...memory, remembered: replay(memory.remembered, events) };
}

function revertOf(state: HostState, from: Digest, to: Digest | null, reason: string): readonly DurableEvent[] {
  const { trial, goal, lastSwitch } = serviceOf(state, ownService);
  const tried = trial?.to === from ? trial : goal?.goal;
  if (tried === undefined) return [];
  const { attempt, generation } = tried;
  const refusal = { deployment: attempt.deployment, digest: from, reason: reason.slice(0, reasonMaxLength) };
  const traceparent = lastSwitch?.traceparent ?? null;
  const atMs = Date.now();
  const of = { service: ownService, to, atMs };
  return [
    { ...of, type: 'switchIntended', kind: 'revert', from, attempt, generation, traceparent, refusal },
    { ...of, type: 'switched' },
  ];
}
