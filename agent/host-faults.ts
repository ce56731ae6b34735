/**
 * What the system says when the host lacks something: processes, descriptors, memory, buffers, space, a disk that reads and takes what
 * is written. Whatever met one of these is at no fault, nor is its release: it is tried again. The keeper, which imports nothing, has
 * the same list.
 *
 * Who reads a file asks `couldNotLook` instead: there any error but a few must lead to nothing, as what is taken for absent is replaced.
 */
export const hostFaults = [
  'EAGAIN',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOBUFS',
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'ESTALE',
] as const;

const known: ReadonlySet<string> = new Set(hostFaults);
const words = new RegExp(`\\b(${hostFaults.join('|')})\\b`);

/** @param code the system's, such as EMFILE */
export const isHostFault = (code: string): boolean => known.has(code);

/** Whether a program's words name one. */
export const namesHostFault = (said: string): boolean => words.test(said);
