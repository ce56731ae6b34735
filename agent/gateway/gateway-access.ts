import type { GatewayTrust, ShownIdentity } from './gateway-connection.ts';

/** How a host speaks to its gateway as itself. */
export interface GatewayAccess {
  readonly trust: GatewayTrust;
  /** What to show now, the same object while it is the same; waits for the first. */
  identity(signal: AbortSignal): Promise<ShownIdentity>;
  /** How a request with it was answered: `null` is well, else the code of the problem. */
  answered(shown: ShownIdentity, problem: string | null): void;
}
