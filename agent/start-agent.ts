import { existsSync } from 'node:fs';
import path from 'node:path';
import { openAgentDirectory } from './agent-directory.ts';
import { tokenReader, type AgentConfig } from './agent-config.ts';
import { effectsOf } from './effects/carry-out.ts';
import { connectGateway } from './gateway/gateway-client.ts';
import { runPolls } from './gateway/poll-loop.ts';
import { runReports } from './gateway/report-loop.ts';
import { syncDirectory } from './durable-files.ts';
import { startHostLoop } from './host-loop.ts';
import type { HostParts } from './host-parts.ts';
import { watchDiskSpace } from './install/disk-space.ts';
import { ensureKeeper } from './keeper/ensure-keeper.ts';
import { openInstancePorts } from './keeper/instance-port.ts';
import { watchInstances } from './keeper/instance-watches.ts';
import type { Log } from './log.ts';
import { lockAgentDirectory } from './only-agent.ts';
import { findServices } from './recover-host.ts';
import { openHostMemory } from './state/host-memory.ts';
import { trustRoot } from './trust/pinned-root.ts';

export interface RunningAgent {
  /** Ends the agent. Keepers and instances run on. */
  stop(): Promise<void>;
}

/** Where the keeper's output stops when no reserve was configured. */
const defaultLogReserveBytes = 256 * 1024 * 1024;

/**
 * The agent, put together from its parts. @throws AgentRunsError, RootError, SnapshotError, KeeperError
 * @param onFatal the memory can't be written any more: the process must end
 */
export async function startAgent(
  config: AgentConfig,
  log: Log,
  onFatal: (error: unknown) => void,
): Promise<RunningAgent> {
  const { host, region } = config;
  const directory = openAgentDirectory(config.directory);
  const lock = await lockAgentDirectory(directory);
  // Nothing below is durable before its folders are.
  for (const folder of [directory.root, path.dirname(directory.root)]) await syncDirectory(folder);
  const keys = await trustRoot(
    {
      offered: config.rootFile,
      pinned: [directory.pinnedRoot, directory.pinnedRootCopy],
      isNew: ![directory.journal, directory.snapshot].some((file) => existsSync(file)),
    },
    (reason) => log.warn('a root document was refused', { reason }),
  );
  const memory = await openHostMemory(directory, host);
  for (const reason of memory.damage) log.error('the memory was damaged', { reason });
  const client = connectGateway(config.gateway, tokenReader(config.tokenFile));
  const logReserveBytes = config.reserveBytes ?? defaultLogReserveBytes;
  const now = Date.now;

  const watches = watchInstances({
    keeperDirectory: (service) => directory.service(service).keeper,
    ensureKeeper: (service) => ensureKeeper(directory, service, logReserveBytes),
    onHealth: (service, instance, result) =>
      void loop.dispatch({ type: 'healthObserved', service, instance, result, atMs: now() }),
    onExit(service, instance, how) {
      log.warn('an instance ended', { service, how });
      void loop.dispatch({ type: 'instanceExited', service, instance, how, atMs: now() });
    },
  });
  const loop = startHostLoop({ memory, carryOut: (effect) => effects.carryOut(effect), onFatal, now });
  const parts: HostParts = {
    host,
    region,
    directory,
    keys,
    watches,
    log,
    logReserveBytes,
    ports: openInstancePorts(config.ports),
    source: client,
    space: watchDiskSpace(directory.root, config.reserveBytes),
    dispatch: loop.dispatch,
    readState: () => loop.state,
  };
  const effects = effectsOf(parts);

  loop.onChange((state) => watches.follow(state));
  await loop.dispatch({ type: 'recovered', services: await findServices(loop.state, parts), atMs: now() });

  const ending = new AbortController();
  const { signal } = ending;
  const polls = runPolls({ loop, client, verifier: { host, region, keys }, log, signal });
  const reports = runReports({
    loop,
    client,
    log,
    signal,
    reportEveryMs: polls.reportEveryMs,
    onUnreachable: polls.reconnect,
  });
  return {
    async stop() {
      ending.abort();
      effects.close();
      watches.close();
      await Promise.all([polls.done, reports]);
      await loop.stop();
      client.close();
      await memory.close();
      lock.release();
    },
  };
}
