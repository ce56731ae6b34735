import { hasCode } from '../durable-files.ts';
import { HostCannotError } from './host-cannot.ts';

/** What a host lacks for a moment says nothing of its groups: it is tried again. */
const passing = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR', 'EIO'];

/** @throws HostCannotError for what will pass */
function unlessPassing(error: unknown): void {
  if (passing.some((code) => hasCode(error, code)))
    throw new HostCannotError(`no group could be tried (${(error as Error).message})`);
}

const isForbidden = (error: unknown): boolean => hasCode(error, 'EACCES') || hasCode(error, 'EPERM');

/** Why no group could be made below it, for people. @throws HostCannotError */
export function whyNotMade(error: unknown, folder: string): string {
  unlessPassing(error);
  if (isForbidden(error)) return `${folder} does not belong to the account of the agent`;
  return (error as Error).message;
}

export const whyProcessesForbid = (folder: string): string =>
  `processes are in ${folder} itself, so it can hand no controller down (systemd, from 254: DelegateSubgroup=slipway-agent)`;

/** Why the group can't hand this controller to those below it. @throws HostCannotError */
export function whyNotHandedDown(error: unknown, folder: string, controller: string): string {
  unlessPassing(error);
  if (hasCode(error, 'EBUSY')) return whyProcessesForbid(folder);
  if (hasCode(error, 'ENOENT') || hasCode(error, 'EINVAL')) return `${folder} is given no controller ${controller}`;
  return whyNotMade(error, folder);
}

/** Why no process may be moved from one group to another. @throws HostCannotError */
export function whyNotEntered(error: unknown, from: string | null, delegated: string): string {
  unlessPassing(error);
  if (isForbidden(error))
    return `what is started from the group ${from ?? '/'} may not be moved into one below ${delegated}: that takes the right to write cgroup.procs of the group that holds both`;
  return `no process can be moved into a group below ${delegated}: ${(error as Error).message}`;
}
