import { hasCode } from '../durable-files.ts';

const isForbidden = (error: unknown): boolean => hasCode(error, 'EACCES') || hasCode(error, 'EPERM');

/** Why no group could be made below it, for people. */
export const whyNotMade = (error: unknown, folder: string): string =>
  isForbidden(error) ? `${folder} does not belong to the account of the agent` : (error as Error).message;

export const whyProcessesForbid = (folder: string): string =>
  `processes are in ${folder} itself, so it can hand no controller down (systemd, from 254: DelegateSubgroup=slipway-agent)`;

/** Why the group can't hand this controller to those below it. */
export function whyNotHandedDown(error: unknown, folder: string, controller: string): string {
  if (hasCode(error, 'EBUSY')) return whyProcessesForbid(folder);
  if (hasCode(error, 'ENOENT') || hasCode(error, 'EINVAL')) return `${folder} is given no controller ${controller}`;
  return whyNotMade(error, folder);
}

/** Why no process may be moved from one group to another. */
export function whyNotEntered(error: unknown, from: string | null, delegated: string): string {
  if (isForbidden(error))
    return `what is started from the group ${from ?? '/'} may not be moved into one below ${delegated}: that takes the right to write cgroup.procs of the group that holds both`;
  return `no process can be moved into a group below ${delegated}: ${(error as Error).message}`;
}
