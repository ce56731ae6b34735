import { userInfo } from 'node:os';
import { runCommand } from '../health/run-command.ts';
import { HostCannotError } from './host-cannot.ts';
import type { Account } from './launch-command.ts';

const lookUpTimeoutMs = 5_000;

/**
 * The account of this name, or null when it is the agent's own and nothing has to change. @throws HostCannotError when there
 * is none, or the agent isn't root and so can't become another
 */
export async function findAccount(name: string | undefined): Promise<Account | null> {
  const own = userInfo();
  if (name === undefined || name === own.username) return null;
  if (own.uid !== 0)
    throw new HostCannotError(`run.user is ${name}, and the agent runs as ${own.username}, not as root`);
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  // Asks whatever the host keeps accounts in, not only /etc/passwd.
  const found = await runCommand(['getent', 'passwd', name], { cwd: '/', env }, lookUpTimeoutMs);
  const [, , uid, gid] = found.how === 'ended' && found.code === 0 ? found.lastLine.split(':') : [];
  if (uid === undefined || gid === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid))
    throw new HostCannotError(`run.user is ${name}, and this host has no such account`);
  return { uid: Number(uid), gid: Number(gid) };
}
