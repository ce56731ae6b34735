import { statSync } from 'node:fs';
import { hasCode } from '../durable-files.ts';
import { CommandError, exitCodes } from './command-error.ts';

/**
 * The command acts as the user whom the agent's folder belongs to: what root would write there the agent could not read.
 * @throws CommandError where this user is neither, or there is no folder.
 */
export function actAsOwner(folder: string): void {
  const owner = ownerOf(folder);
  const uid = process.geteuid?.();
  if (uid === owner.uid) return;
  if (uid !== 0) {
    throw new CommandError('not-allowed', `${folder} is another user's: try it with sudo`, exitCodes.notAllowed);
  }
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}

function ownerOf(folder: string): { readonly uid: number; readonly gid: number } {
  try {
    return statSync(folder);
  } catch (error) {
    if (hasCode(error, 'EACCES'))
      throw new CommandError('not-allowed', `${folder} can't be read: try it with sudo`, exitCodes.notAllowed);
    const reason = `${folder} is not there (SLIPWAY_AGENT_DIRECTORY): no agent ever ran here`;
    throw new CommandError('no-folder', reason, exitCodes.fault);
  }
}
