import { isStoreError } from '../blob-store.ts';

/**
 * A fault of the machinery as a sentence for the person who merged, when trying again at once can't cure it; null when
 * the activity should be tried again.
 */
export function describeFault(error: unknown): string | null {
  if (isStoreError(error, 'store-full')) return (error as Error).message;
  if (isStoreError(error, 'blob-mismatch')) return `a file changed while it was read: ${(error as Error).message}`;
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT' || /no space left on device/i.test(error.message)) {
    return 'no space left on the disk of the build worker: its operator has to make room';
  }
  if (code === 'EACCES' || code === 'ELOOP') return `a file of build.output can't be read (${error.message})`;
  return null;
}
