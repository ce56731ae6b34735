import type { HostId, RegionName } from '../domain/names.ts';
import type { TrustedKeys } from '../protocol/root-document.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { ReleaseSource } from './gateway/gateway-client.ts';
import type { HostLoop } from './host-loop.ts';
import type { DiskSpace } from './install/disk-space.ts';
import type { InstancePorts } from './keeper/instance-port.ts';
import type { InstanceWatches } from './keeper/instance-watches.ts';
import type { Log } from './log.ts';

/** What carrying out an effect may need. */
export interface HostParts {
  readonly host: HostId;
  readonly region: RegionName;
  readonly directory: AgentDirectory;
  readonly ports: InstancePorts;
  /** Below this much free space a keeper drops output. */
  readonly logReserveBytes: number;
  /** Folder of a cgroup v2 that is left to the agent; `null` when there is none. */
  readonly cgroup: string | null;
  readonly keys: TrustedKeys;
  readonly source: ReleaseSource;
  readonly space: DiskSpace;
  readonly watches: InstanceWatches;
  readonly log: Log;
  readonly dispatch: HostLoop['dispatch'];
  readonly readState: () => HostLoop['state'];
}
