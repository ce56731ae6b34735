import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../domain/host/service-state.ts';
import { isName, type ServiceName } from '../domain/names.ts';
import { openAgentDirectory, type AgentDirectory } from './agent-directory.ts';
import { askKeeper } from './keeper/keeper-connection.ts';
import { keeperPlaces } from './keeper/keeper-place.ts';
import { lockAgentDirectory } from './only-agent.ts';
import { findMarked, signalProcess } from './process-identity.ts';
import { removeFilesOf, usualMemoryFolder } from './secrets/memory-folder.ts';

const killedTimeoutMs = 10_000;

/**
 * Ends every keeper and instance of the host with this agent folder: in good order, then by force, each known by
 * (pid, start time, boot id), so that no stranger is ever signalled. Its agent must have ended. Returns how many
 * services were stopped. `memoryFolder` is where files of secrets lie. @throws AgentRunsError
 */
export async function stopHost(
  folder: string,
  instanceTimeoutMs = 10_000,
  memoryFolder: string = usualMemoryFolder,
): Promise<number> {
  const directory = openAgentDirectory(folder);
  const lock = await lockAgentDirectory(directory);
  try {
    const services = (await readdir(directory.services)).filter(isName) as ServiceName[];
    await Promise.all(services.map((service) => stopService(directory, service, instanceTimeoutMs)));
    // Keepers first: one that was just starting would take up what is killed.
    await killAll(() => findMarked('SLIPWAY_KEEPER', `${directory.mark}/`));
    await killAll(() => findMarked('SLIPWAY_INSTANCE', `${directory.mark}/`));
    await removeFilesOf(directory.mark, memoryFolder);
    return services.length;
  } finally {
    lock.release();
  }
}

/** Where no keeper answers, what it was parent of is killed in the end. */
async function stopService(directory: AgentDirectory, service: ServiceName, timeoutMs: number): Promise<void> {
  const ends = keeperPlaces(directory, service).map(({ keeper }) =>
    askKeeper(keeper, { do: 'end', timeoutMs }, timeoutMs + killedTimeoutMs).catch(() => undefined),
  );
  await Promise.all(ends);
}

/** In the middle of an exec a process has no environment, so one look that finds nothing is not enough. */
const quietLooksWanted = 3;

async function killAll(find: () => readonly ProcessIdentity[]): Promise<void> {
  const deadline = performance.now() + killedTimeoutMs;
  for (let quiet = 0; quiet < quietLooksWanted && performance.now() < deadline;) {
    const alive = find();
    for (const known of alive) signalProcess(known, 'SIGKILL');
    quiet = alive.length === 0 ? quiet + 1 : 0;
    await delay(20);
  }
}
