import type { SecretAnswer, SecretRequest } from '../../protocol/secrets.ts';
import { GatewayError } from '../gateway/gateway-error.ts';

/** How secrets come to this host, and where their files lie. */
export interface SecretDelivery {
  /** @throws GatewayError, or the signal's reason */
  ask(request: SecretRequest, signal: AbortSignal): Promise<SecretAnswer>;
  /** In memory (tmpfs, ramfs). */
  readonly folder: string;
}

/** Of a command that stands in for the agent: what keepers remember has to do. */
export const withoutGateway = (folder: string): SecretDelivery => ({
  ask: () => Promise.reject(new GatewayError('no gateway is asked by this command')),
  folder,
});
