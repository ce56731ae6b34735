import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';

/** The fleet, as people's requests see it. */
export interface FleetMessages {
  /** Has it look at what has changed. It also looks by itself: nothing is lost while Temporal is away. */
  look(): Promise<void>;
  /** The same for a deployment that somebody has let pass. */
  lookAt(service: ServiceName, deployment: DeploymentNumber): Promise<void>;
}
