import { spawnSync } from 'node:child_process';

const canBeCut = process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0;

/** What starts a command on a machine that has no network but its own loopback; `null` where nobody may. */
export const withoutNetwork: readonly string[] | null = canBeCut
  ? ['unshare', '-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
  : null;
