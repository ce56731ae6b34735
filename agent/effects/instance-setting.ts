import type { ServiceName } from '../../domain/names.ts';
import { filesVariable } from '../../domain/secret/secret-names.ts';
import type { ActParts } from '../host-parts.ts';
import type { CommandSetting } from '../health/run-command.ts';
import { findAccount } from '../keeper/find-account.ts';
import type { InstalledRelease } from '../install/installed-release.ts';
import { instanceFiles } from '../secrets/memory-folder.ts';

type SettingParts = Pick<ActParts, 'directory' | 'host'> & { readonly secrets: Pick<ActParts['secrets'], 'folder'> };

/** What an instance runs in, and the commands that are run for it. `SLIPWAY_INSTANCE` is added by who starts them. */
export function instanceSetting(
  service: ServiceName,
  { root, config, tree }: InstalledRelease,
  { id, port }: { readonly id: string; readonly port: number },
  { directory, host, secrets }: SettingParts,
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
      ...(config.run.secrets?.files && { [filesVariable]: instanceFiles(secrets.folder, id) }),
    },
  };
}

/**
 * What a command that is run for an instance finds: what that finds, as the same account; of secrets their files only. It is marked as the instance's, so
 * that whoever ends what is left of the service ends it too. @throws HostCannotError
 */
export async function commandSetting(
  service: ServiceName,
  installed: InstalledRelease,
  instance: { readonly id: string; readonly port: number },
  what: 'health' | 'drain',
  parts: SettingParts,
): Promise<CommandSetting> {
  const { cwd, env } = instanceSetting(service, installed, instance, parts);
  const account = await findAccount(installed.config.run.user);
  const { ports } = parts.directory.service(service);
  return { cwd, account, env: { ...env, SLIPWAY_INSTANCE: `${instance.id}/${what}`, SLIPWAY_PORTS: ports } };
}
