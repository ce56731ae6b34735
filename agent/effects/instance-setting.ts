import type { ServiceName } from '../../domain/names.ts';
import type { HostParts } from '../host-parts.ts';
import type { CommandSetting } from '../health/run-command.ts';
import type { InstalledRelease } from '../install/installed-release.ts';

/** What an instance runs in, and the commands that are run for it. `SLIPWAY_INSTANCE` is added by who starts them. */
export function instanceSetting(
  service: ServiceName,
  { root, config, tree }: InstalledRelease,
  port: number,
  { directory, host }: Pick<HostParts, 'directory' | 'host'>,
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
