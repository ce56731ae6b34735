import type { SecretSource } from '../../api/gateway/secrets/secret-source.ts';
import type { GatewayConfig } from '../config/gateway.ts';
import { commandSecrets } from './command-secrets.ts';
import { folderSecrets } from './folder-secrets.ts';

/** Where a region's gateways read secrets; null when nowhere. A command finds the gateway's environment, without what is Slipway's. */
export function openSecrets(
  { secrets }: Pick<GatewayConfig, 'secrets'>,
  environment: Readonly<Record<string, string | undefined>>,
): SecretSource | null {
  if (secrets === null) return null;
  if ('folder' in secrets) return folderSecrets(secrets.folder);
  const env = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || name.startsWith('SLIPWAY_') ? [] : [[name, value] as const],
  );
  return commandSecrets({ command: secrets.command, env: Object.fromEntries(env) });
}
