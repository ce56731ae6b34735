import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AdvisedError } from './advised-error.ts';
import type { ServerCommand } from './child-server.ts';

const run = promisify(execFile);

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** It must work below a folder that only root may enter, such as a checkout in /root. */
  readonly behindClosedFolder: boolean;
}

/**
 * The account that a root-owned stack runs its database under: Postgres refuses to run as root. `postgres` where the
 * machine has one, else `nobody`, which every Linux has; no account is made. Undefined for an ordinary user, whose own
 * account will do. (initdb looks the uid up by name, so a number without an entry is no use.) `paths` is what the
 * database must reach.
 */
export async function databaseAccount(paths: readonly string[]): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([idOf('-u', name), idOf('-g', name)]).catch(() => undefined);
    if (ids === undefined) continue;
    const closed = await Promise.all(paths.map((each) => isBehindClosedFolder(each)));
    return { uid: ids[0], gid: ids[1], behindClosedFolder: closed.includes(true) };
  }
  throw new AdvisedError('Postgres does not run as root, and neither the account postgres nor nobody exists: add one');
}

/**
 * The command under another account. Where folders on the way are closed to it, it keeps the one capability
 * that lets it through, CAP_DAC_OVERRIDE (which Docker's default set has, unlike CAP_DAC_READ_SEARCH), instead of our
 * opening someone's home directory. Postgres asks access(2), which heeds an ambient capability only under the
 * securebit no_setuid_fixup (capabilities(7)). setpriv is part of util-linux; it executes the program in its own place,
 * so the pid stays.
 */
export function underAccount(command: ServerCommand, account: Account | undefined): ServerCommand {
  if (account === undefined) return command;
  const { uid, gid, behindClosedFolder } = account;
  if (!behindClosedFolder) return { ...command, uid, gid };
  const ids = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  const args = [...ids, ...capability, '--securebits', '+no_setuid_fixup', command.file, ...command.args];
  return { ...command, file: 'setpriv', args };
}

async function idOf(kind: '-u' | '-g', name: string): Promise<number> {
  return Number((await run('id', [kind, name])).stdout);
}

/** Whether some existing folder above `file` lacks the permission for others to enter. */
export async function isBehindClosedFolder(file: string): Promise<boolean> {
  const folder = path.dirname(path.resolve(file));
  const othersMayEnter = 0o001;
  const mode = await stat(folder).then(
    (found) => found.mode,
    () => othersMayEnter,
  );
  if ((mode & othersMayEnter) === 0) return true;
  return folder === path.dirname(folder) ? false : isBehindClosedFolder(folder);
}
