import { readdir } from 'node:fs/promises';
import { newService, type HostState } from '../../domain/host/service-state.ts';
import { replay, transition } from '../../domain/host/transition.ts';
import { isName, type HostId, type ServiceName } from '../../domain/names.ts';
import type { Environment } from '../agent-config.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { act } from '../effects/carry-out.ts';
import type { PortRange } from '../keeper/instance-port.ts';
import type { Log } from '../log.ts';
import { logReserveOf, openHost, type OpenHost } from '../open-host.ts';
import { findService } from '../recover-host.ts';
import { openHostMemory, type HostMemoryStore } from '../state/host-memory.ts';
import { decideLocally, type LocalDecision } from './decide-locally.ts';
import type { LocalAnswer, LocalRequest } from './local-request.ts';

/** All that a host's own acts need to know. */
export interface LocalHost {
  readonly host: HostId;
  readonly directory: AgentDirectory;
  readonly ports: PortRange;
  readonly reserveBytes: number | undefined;
  readonly cgroup: string | null;
  readonly env: Environment;
  readonly log: Log;
  /** The memory can't be written: nothing may follow. */
  readonly onFatal: (error: unknown) => void;
}

export interface CarriedOut {
  readonly answer: LocalAnswer;
  /** Works on the rollback until it is closed; null when there is nothing to carry out. */
  readonly host: OpenHost | null;
}

/**
 * Does for one service what the agent would do, without a gateway; nothing is fetched, and other services are left as
 * they are. The caller holds the agent's lock. @throws SnapshotError, JournalError
 */
export async function carryOutWithoutAgent(
  request: Exclude<LocalRequest, { readonly do: 'status' }>,
  local: LocalHost,
): Promise<CarriedOut> {
  const memory = await openHostMemory(local.directory, local.host);
  const { service } = request;
  const state = await knownServices(memory.remembered, local.directory);
  const remembered = state.services.get(service);
  if (request.do === 'unpin' || remembered === undefined) {
    const { answer } = await decideDurably(request, state, memory);
    await memory.close();
    return { answer, host: null };
  }
  const parts = { ...local, own: null, logReserveBytes: logReserveOf(local.reserveBytes) };
  const found = await findService(remembered, parts, true);
  const recovered = { type: 'recovered', services: [found], atMs: Date.now() } as const;
  const { answer, event } = await decideDurably(request, transition(state, recovered), memory);
  if (!answer.ok) {
    await memory.close();
    return { answer, host: null };
  }
  // Pinned before the loop begins: what the goal wants is not even started.
  const host = openAlone(service, local, memory, event === null ? state : replay(state, [event]));
  await host.loop.dispatch(recovered);
  return { answer, host };
}

async function decideDurably(request: LocalRequest, state: HostState, memory: HostMemoryStore): Promise<LocalDecision> {
  const decision = decideLocally(request, state, Date.now());
  if (decision.event !== null) await memory.append(decision.event);
  return decision;
}

/** Those that it remembers, and those whose folder is there although the memory was lost. */
async function knownServices(remembered: HostState, directory: AgentDirectory): Promise<HostState> {
  const folders = (await readdir(directory.services)).filter(isName) as ServiceName[];
  const lost = folders.filter((service) => !remembered.services.has(service));
  const added = lost.map((service) => [service, newService(service)] as const);
  return { ...remembered, services: new Map([...remembered.services, ...added]) };
}

/** The loop of the agent for one service, with what it says of the others left untouched in the files. */
function openAlone(service: ServiceName, local: LocalHost, memory: HostMemoryStore, state: HostState): OpenHost {
  const services = new Map([...state.services].filter(([name]) => name === service));
  const open: OpenHost = openHost({
    ...local,
    own: null,
    // A snapshot of this state would forget the others: the next agent shortens the journal.
    memory: { ...memory, remembered: { ...state, services }, compact: () => Promise.resolve() },
    carryOut(effect) {
      if (effect.do !== 'fetch' && effect.do !== 'rebuild' && effect.do !== 'cancelFetch') void act(effect, open.parts);
    },
  });
  return open;
}
