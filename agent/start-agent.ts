import { openAgentDirectory } from './agent-directory.ts';
import { tokenReader, type AgentConfig } from './agent-config.ts';
import { effectsOf } from './effects/carry-out.ts';
import { connectGateway } from './gateway/gateway-client.ts';
import { runPolls } from './gateway/poll-loop.ts';
import { goalKeeper } from './gateway/keep-goal.ts';
import { runReports } from './gateway/report-loop.ts';
import { watchDiskSpace } from './install/disk-space.ts';
import type { Log } from './log.ts';
import { lockAgentDirectory } from './only-agent.ts';
import { serveLocally } from './local/serve-locally.ts';
import { openHost } from './open-host.ts';
import { findServices } from './recover-host.ts';
import { openHostMemory } from './state/host-memory.ts';
import { trustRoot } from './trust/pinned-root.ts';

export interface RunningAgent {
  /** Ends the agent. Keepers and instances run on. */
  stop(): Promise<void>;
}

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
  const keys = await trustRoot(config.rootFile, directory.pinnedRoot, (reason) =>
    log.warn('a root document was refused', { reason }),
  );
  const memory = await openHostMemory(directory, host);
  const client = connectGateway(config.gateway, tokenReader(config.tokenFile));
  const { reserveBytes, ports } = config;
  const open = openHost({
    host,
    ports,
    reserveBytes,
    directory,
    memory,
    log,
    onFatal,
    carryOut: (each) => effects.carryOut(each),
  });
  const { loop, parts } = open;
  const space = watchDiskSpace(directory.root, reserveBytes);
  const effects = effectsOf({ ...parts, region, keys, source: client, space });
  await loop.dispatch({ type: 'recovered', services: await findServices(loop.state, parts), atMs: Date.now() });

  const local = serveLocally(directory, loop, log);
  const ending = new AbortController();
  const { signal } = ending;
  const polls = runPolls({
    loop,
    client,
    verifier: { host, region, keys },
    keepGoal: goalKeeper(directory, log),
    log,
    signal,
  });
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
      local.close();
      await Promise.all([polls.done, reports]);
      await open.close();
      client.close();
      lock.release();
    },
  };
}
