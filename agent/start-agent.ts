import { openAgentDirectory } from './agent-directory.ts';
import type { AgentConfig } from './agent-config.ts';
import { watchTrees } from './drift/watch-trees.ts';
import { effectsOf } from './effects/carry-out.ts';
import { openGatewayClock } from './gateway/gateway-clock.ts';
import { certificatesInTurn, connectGateways, rootsInTurn } from './gateway/connect-gateways.ts';
import { orderOf } from './gateway/gateway-order.ts';
import { takeInTurn } from './gateway/gateways-in-turn.ts';
import { noteRoot } from './gateway/follow-roots.ts';
import { runPolls } from './gateway/poll-loop.ts';
import { goalKeeper } from './gateway/keep-goal.ts';
import { openReportBook } from './gateway/report-book.ts';
import { runReports } from './gateway/report-loop.ts';
import { openIdentityFiles } from './identity/identity-files.ts';
import { keepIdentity } from './identity/keep-identity.ts';
import { readMachine } from './identity/machine.ts';
import { watchDiskSpace } from './install/disk-space.ts';
import type { Log } from './log.ts';
import { serveReadings } from './output/serve-readings.ts';
import { lockAgentDirectory } from './only-agent.ts';
import { readOwnProcess } from './own/own-process.ts';
import { tidyTrial } from './own/replace-agent.ts';
import { serveLocally } from './local/serve-locally.ts';
import { lockAsNextAgent } from './local/take-over.ts';
import type { HostParts } from './host-parts.ts';
import { openHost } from './open-host.ts';
import { openMemory } from './open-memory.ts';
import { findServices } from './recover-host.ts';

export interface RunningAgent {
  /** Ends the agent. Keepers and instances run on. */
  stop(): Promise<void>;
}

const lockTimeoutMs = 10_000;
/** Of agents that a deployment replaced together, or that got their power back together: until they are heard. */
export const firstPollWithinMs = 2_000;

/**
 * The agent, put together from its parts. @throws AgentRunsError, RootError, SnapshotError, KeeperError
 * @param onFatal the memory can't be written any more: the process must end
 * @param handOver another release of the agent is to run: this process must end for its launcher to start it
 */
export async function startAgent(
  config: AgentConfig,
  log: Log,
  onFatal: (error: unknown) => void,
  handOver: () => void = () => undefined,
): Promise<RunningAgent> {
  const { host, region } = config;
  const directory = openAgentDirectory(config.directory);
  const own = readOwnProcess(directory, process.env, handOver);
  // A launcher starts it again at once: who holds the lock may be just ending.
  const lock = own.isLaunched ? await lockAsNextAgent(directory, lockTimeoutMs) : await lockAgentDirectory(directory);
  const ending = new AbortController();
  const { signal } = ending;
  const { root, memory } = await openMemory(directory, config, log, signal);
  const trust = {
    region,
    get authorities() {
      return root.keys.authorities.get(region) ?? [];
    },
  };
  const machine = readMachine(config.machineIdFile);
  const inTurn = takeInTurn(orderOf(host, config.gateways), {
    onMove: ({ href }, reason) => log.warn('another gateway is asked from now on', { gateway: href, reason }),
  });
  const identity = await keepIdentity({
    own: { host, region },
    trust,
    files: openIdentityFiles(directory.identity, { host, region }, (file, reason) =>
      log.warn('a file of the identity is not used', { file, reason }),
    ),
    source: certificatesInTurn(inTurn, trust, { host, region }),
    enrolmentTokenFile: config.enrolmentTokenFile,
    machine,
    log,
    signal,
  });
  const roots = rootsInTurn(inTurn, region);
  const client = connectGateways(inTurn, identity);
  const { reserveBytes, ports, cgroup, memoryFolder } = config;
  const open = openHost({
    host,
    ports,
    reserveBytes,
    cgroup,
    secrets: { ask: client.secrets, folder: memoryFolder },
    directory,
    memory,
    env: process.env,
    log,
    own: { ...own, unheardMs: () => book.unheardMs() },
    onFatal,
    carryOut: (each) => effects.carryOut(each),
  });
  const { loop, parts } = open;
  const space = watchDiskSpace(directory.root, reserveBytes);
  const trusting: HostParts = {
    ...parts,
    region,
    get keys() {
      return root.keys;
    },
    source: client,
    space,
  };
  const effects = effectsOf(trusting);
  await noteRoot({ root, region, loop });
  const clock = openGatewayClock(log);
  const book = openReportBook(loop, machine, clock);
  await tidyTrial(directory, parts);
  await loop.dispatch({ type: 'recovered', services: await findServices(loop.state, parts), atMs: Date.now() });

  const local = serveLocally(directory, { loop, clock, groups: parts.groups, log });
  const polls = runPolls({
    loop,
    client,
    verifier: trusting,
    root,
    roots,
    book,
    keepGoal: goalKeeper(directory, log),
    readings: serveReadings({ directory, client, log, signal }),
    firstWithinMs: own.isLaunched ? firstPollWithinMs : 0,
    log,
    signal,
    onTime(gatewayNowMs) {
      clock.hear(gatewayNowMs);
      identity.heardTime(gatewayNowMs);
    },
  });
  const reports = runReports({ loop, book, client, polls, log, signal });
  const trees = watchTrees({ loop, directory, log, signal, everyMs: config.treeLookMs });
  return {
    async stop() {
      ending.abort();
      effects.close();
      local.close();
      await Promise.all([polls.done, reports, trees, identity.done]);
      await open.close();
      client.close();
      lock.release();
    },
  };
}
