import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../infra/local/free-port.ts';

const run = promisify(execFile);

/** A host as tools over ssh see it: a port of sshd's, and a folder. */
export interface SshHost {
  readonly name: string;
  readonly sshPort: number;
  readonly folder: string;
}

export interface SshHosts {
  readonly hosts: readonly SshHost[];
  readonly keyFile: string;
  /** Ends their services and their sshd. */
  close(): Promise<void>;
}

/**
 * On this machine, an sshd each. What a host does for a release lies in its folder as `restart.sh`: it starts the release that
 * `current` names, unless that runs, and waits until it is healthy.
 */
export async function startSshHosts(parent: string, count: number): Promise<SshHosts> {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const keyFile = path.join(parent, 'key');
  const hostKey = path.join(parent, 'host-key');
  for (const file of [keyFile, hostKey]) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  // Where sshd locks itself in before a person is known.
  mkdirSync('/run/sshd', { recursive: true });
  const servers: ChildProcess[] = [];
  const hosts: SshHost[] = [];
  for (let number = 1; number <= count; number += 1) {
    const host = { name: `host-${number}`, sshPort: await freePort(), folder: path.join(parent, `host-${number}`) };
    mkdirSync(path.join(host.folder, 'releases'), { recursive: true });
    writeFileSync(path.join(host.folder, 'restart.sh'), restartScript(await freePort()));
    const config = path.join(host.folder, 'sshd_config');
    writeFileSync(config, sshdConfig(host.sshPort, hostKey, `${keyFile}.pub`));
    servers.push(spawn('/usr/sbin/sshd', ['-D', '-f', config], { stdio: 'ignore' }));
    hosts.push(host);
  }
  return {
    hosts,
    keyFile,
    async close() {
      for (const { folder } of hosts) stopService(folder);
      for (const server of servers) {
        server.kill();
        if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      }
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

const sshdConfig = (port: number, hostKey: string, keys: string): string => `Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKey}
AuthorizedKeysFile ${keys}
StrictModes no
UsePAM no
PidFile none
MaxStartups 200
Subsystem sftp internal-sftp
`;

const restartScript = (port: number): string => `cd ${'"$(dirname "$0")"'} || exit 1
now=$(readlink current)
[ "$(cat runs 2>/dev/null)" != "$now" ] || exit 0
if [ -f pid ]; then
  kill "$(cat pid)" 2>/dev/null
  while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.02; done
fi
PORT=${port} setsid ${process.execPath} current/server.mjs >log 2>&1 </dev/null &
echo $! >pid
for look in $(seq 1200); do
  if curl -sf http://127.0.0.1:${port}/healthz; then
    echo "$now" >runs
    exit 0
  fi
  kill -0 "$(cat pid)" || break
  sleep 0.05
done
tail -n 5 log >&2
exit 1
`;

function stopService(folder: string): void {
  try {
    process.kill(Number(readFileSync(path.join(folder, 'pid'), 'utf8')));
  } catch {
    // It never ran.
  }
}
