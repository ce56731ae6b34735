import type { Difference } from '../../domain/host/drift.ts';
import { couldNotLook, hasCode } from '../durable-files.ts';
import { isAbsent } from '../install/tree-check.ts';

/** Of a mode, what the kernel asks. */
export const permissions = 0o7777;

/** What nobody could look at just now: nothing is known of it. */
export interface Unseen {
  readonly path: string;
  /** The system's, such as EMFILE. */
  readonly code: string;
}

/** Whether it says something of the tree; else it says that the host lacks something, or that its disk doesn't read. */
export const isOfTree = (error: unknown): boolean =>
  !couldNotLook(error) || hasCode(error, 'EACCES') || hasCode(error, 'EPERM');

export const unseenBy = (error: unknown, path: string): Unseen => ({
  path,
  code: String((error as NodeJS.ErrnoException).code),
});

/** What is met where an entry should be read. @throws what is no error of the system, such as an end that was asked for */
export function whatIsWrong(error: unknown): { readonly what: Difference['what'] } | { readonly unseen: string } {
  if (isAbsent(error)) return { what: 'absent' };
  if (!isOfTree(error)) return { unseen: String((error as NodeJS.ErrnoException).code) };
  if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  return { what: 'unreadable' };
}
