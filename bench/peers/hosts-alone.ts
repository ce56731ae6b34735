import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './run-tool.ts';
import type { SshHosts } from './ssh-hosts.ts';
import type { SshTool } from './ssh-tools.ts';

/**
 * What every host has to do, whoever tells it to: copy the release, switch, start the service, and wait until it is healthy.
 * All hosts at once, told by nobody: what these hosts cost on this machine without a tool.
 */
export function hostsAlone(folder: string, _bin: string, { hosts }: SshHosts): SshTool {
  const script = path.join(folder, 'alone.sh');
  writeFileSync(script, oneHost);
  return {
    name: 'The hosts alone',
    deploy: async (release, source, base) => {
      const cost = await runTool(folder, [
        'sh',
        '-c',
        'release=$1 source=$2 base=$3; shift 3\n' +
          `for host; do sh ${script} "$host" "$release" "$source" "$base" & pids="$pids $!"; done\n` +
          'for pid in $pids; do wait "$pid" || exit; done',
        'sh',
        release,
        source ?? '',
        base,
        ...hosts.map((host) => host.folder),
      ]);
      return { ...cost, cpuMs: 0 }; // all of it is the hosts' own
    },
  };
}

const oneHost = `set -e
[ -z "$3" ] || rsync -a --delete --link-dest="../$4" "$3/" "$1/releases/$2/"
ln -sfn "releases/$2" "$1/current"
sh "$1/restart.sh" >/dev/null
`;
