import type { ServiceName } from '../../domain/names.ts';
import type { ActParts } from '../host-parts.ts';
import type { CommandSetting } from '../health/run-command.ts';
import { findAccount } from '../keeper/find-account.ts';
import type { InstalledRelease } from '../install/installed-release.ts';

/** What an instance runs in, and the commands that are run for it. `SLIPWAY_INSTANCE` is added by who starts them. */
export function instanceSetting(
  service: ServiceName,
  { root, config, tree }: InstalledRelease,
  port: number,
  { directory, host }: Pick<ActParts, 'directory' | 'host'>,
): CommandSetting {
  const { data } = directory.service(service);
  return {
    cwd: tree,
    env: {
      ...config.run.env,
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: data,
      STATE_DIRECTORY: data,
      PORT: String(port),
      SLIPWAY_RELEASE: `${root.service}@${root.release}`,
      SLIPWAY_HOST: host,
    },
  };
}

/**
 * What a command that is run for an instance finds: what that finds, as the same account. It is marked as the instance's, so
 * that whoever ends what is left of the service ends it too. @throws HostCannotError
 */
export async function commandSetting(
  service: ServiceName,
  installed: InstalledRelease,
  { id, port }: { readonly id: string; readonly port: number },
  what: 'health' | 'drain',
  parts: Pick<ActParts, 'directory' | 'host'>,
): Promise<CommandSetting> {
  const { cwd, env } = instanceSetting(service, installed, port, parts);
  const account = await findAccount(installed.config.run.user);
  const { ports } = parts.directory.service(service);
  return { cwd, account, env: { ...env, SLIPWAY_INSTANCE: `${id}/${what}`, SLIPWAY_PORTS: ports } };
}
