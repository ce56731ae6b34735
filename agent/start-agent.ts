import { openAgentDirectory } from './agent-directory.ts';
import type { AgentConfig } from './agent-config.ts';
import { effectsOf } from './effects/carry-out.ts';
import { connectGateway } from './gateway/gateway-client.ts';
import { noteRoot } from './gateway/follow-roots.ts';
import { connectRootSource } from './gateway/root-source.ts';
import { runPolls } from './gateway/poll-loop.ts';
import { runReports } from './gateway/report-loop.ts';
import { startHostLoop } from './host-loop.ts';
import type { HostParts } from './host-parts.ts';
import { connectCertificateSource } from './identity/ask-certificate.ts';
import { openIdentityFiles } from './identity/identity-files.ts';
import { keepIdentity } from './identity/keep-identity.ts';
import { readMachine } from './identity/machine.ts';
import { watchDiskSpace } from './install/disk-space.ts';
import { ensureKeeper } from './keeper/ensure-keeper.ts';
import { openInstancePorts } from './keeper/instance-port.ts';
import { watchInstances } from './keeper/instance-watches.ts';
import type { Log } from './log.ts';
import { lockAgentDirectory } from './only-agent.ts';
import { findServices } from './recover-host.ts';
import { openHostMemory } from './state/host-memory.ts';
import { openPinnedRoot } from './trust/pinned-root.ts';

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
  const root = await openPinnedRoot(config.rootFile, directory.pinnedRoot, (reason) =>
    log.warn('a root document was refused', { reason }),
  );
  const memory = await openHostMemory(directory, host);
  const ending = new AbortController();
  const { signal } = ending;
  const trust = {
    region,
    get authorities() {
      return root.keys.authorities.get(region) ?? [];
    },
  };
  const machine = readMachine(config.machineIdFile);
  const identity = await keepIdentity({
    own: { host, region },
    trust,
    files: openIdentityFiles(directory.identity, { host, region }, (file, reason) =>
      log.warn('a file of the identity is not used', { file, reason }),
    ),
    source: connectCertificateSource(config.gateway, trust, { host, region }),
    enrolmentTokenFile: config.enrolmentTokenFile,
    machine,
    log,
    signal,
  });
  const roots = connectRootSource(config.gateway, region);
  const client = connectGateway(config.gateway, identity);
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
    get keys() {
      return root.keys;
    },
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
  await noteRoot({ root, region, loop });
  await loop.dispatch({ type: 'recovered', services: await findServices(loop.state, parts), atMs: now() });

  const polls = runPolls({ loop, client, verifier: parts, root, roots, log, signal, onTime: identity.heardTime });
  const reports = runReports({
    loop,
    client,
    machine,
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
      await Promise.all([polls.done, reports, identity.done]);
      await loop.stop();
      client.close();
      await memory.close();
      lock.release();
    },
  };
}
