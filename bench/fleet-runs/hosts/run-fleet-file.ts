import type { CertifiedHost } from '../../hosts/light-hosts.ts';
import type { RunHost } from '../scenario/scenario.ts';

/** What the process of one run's hosts is given, as a file: keys are no arguments. */
export interface RunFleet {
  readonly service: string;
  readonly region: string;
  readonly gateway: string;
  readonly rootFile: string;
  /** Hosts connect from here: each address has ports of its own. */
  readonly localAddress: string;
  /** Once it is there the deployment has ended. */
  readonly endFile: string;
  readonly hosts: readonly (CertifiedHost & Pick<RunHost, 'badHere' | 'way'>)[];
}
