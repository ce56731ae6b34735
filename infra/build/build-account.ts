import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Ids that a process is started with. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that foreign code runs as: `user` (a name, or a uid that need not have an entry) when this process is
 * root; null for an ordinary user, who can only run it as himself. @throws when the name doesn't exist or is root.
 */
export async function buildAccount(user: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const account = await idsOf(user);
  if (account.uid === 0) throw new Error(`foreign builds may not run as root: SLIPWAY_BUILD_USER is ${user}`);
  return account;
}

async function idsOf(user: string): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', '--', user]), run('id', ['-g', '--', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    if (/^\d{1,9}$/.test(user)) return { uid: Number(user), gid: Number(user) };
    throw new Error(`there is no account ${user} for builds (SLIPWAY_BUILD_USER)`);
  }
}
