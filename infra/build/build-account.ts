import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Ids that a process is started with. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The accounts that foreign code runs as when this process is root: the one named by `user`, or, when `user` is a uid
 * without an entry, `count` of them from it on, so that no two builds share one. None for an ordinary user, who can only
 * run it as himself. @throws when the name doesn't exist or is root, or one of these uids is somebody's
 */
export async function buildAccounts(user: string, count: number): Promise<readonly Account[]> {
  if (process.getuid?.() !== 0) return [];
  const named = await idsOf(user);
  if (named?.uid === 0) throw new Error(`foreign builds may not run as root: SLIPWAY_BUILD_USER is ${user}`);
  if (named !== null) return [named];
  if (!/^[1-9]\d{0,8}$/.test(user)) throw new Error(`there is no account ${user} for builds (SLIPWAY_BUILD_USER)`);
  const accounts = Array.from({ length: count }, (_, place) => ({
    uid: Number(user) + place,
    gid: Number(user) + place,
  }));
  for (const { uid } of accounts) {
    if ((await idsOf(String(uid))) !== null)
      throw new Error(`builds need ${count} free uids from ${user} on (SLIPWAY_BUILD_USER), and ${uid} is somebody's`);
  }
  return accounts;
}

/** `null`: it has no entry. */
async function idsOf(user: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', '--', user]), run('id', ['-g', '--', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
