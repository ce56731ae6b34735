import type { HostId, RegionName } from '../domain/names.ts';
import type { TrustedKeys } from '../protocol/root-document.ts';
import type { Environment } from './agent-config.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { ReleaseSource } from './gateway/gateway-client.ts';
import type { HostLoop } from './host-loop.ts';
import type { DiskSpace } from './install/disk-space.ts';
import type { InstanceGroups } from './keeper/instance-groups.ts';
import type { InstancePorts } from './keeper/instance-port.ts';
import type { InstanceWatches } from './keeper/instance-watches.ts';
import type { Log } from './log.ts';
import type { SecretDelivery } from './secrets/secret-delivery.ts';
import type { OwnProcess } from './own/own-process.ts';

/**
 * What carrying out an act needs: nothing but this host, so that it can go back with the rest of the world gone. A gateway is asked
 * for secrets, and what keepers remember stands in for it.
 */
export interface ActParts {
  readonly host: HostId;
  readonly directory: AgentDirectory;
  readonly ports: InstancePorts;
  /** Below this much free space a keeper drops output. */
  readonly logReserveBytes: number;
  readonly groups: InstanceGroups;
  readonly secrets: SecretDelivery;
  readonly watches: InstanceWatches;
  /** The agent that runs; null in a command that stands in for it. */
  readonly own: OwnProcess | null;
  /** The agent's settings, wherever they were read from: what the next agent is tried with. */
  readonly env: Environment;
  readonly log: Log;
  readonly dispatch: HostLoop['dispatch'];
  readonly readState: () => HostLoop['state'];
}

/** What carrying out any effect may need: a fetch, too. */
export interface HostParts extends ActParts {
  readonly region: RegionName;
  readonly keys: TrustedKeys;
  readonly source: ReleaseSource;
  readonly space: DiskSpace;
}
