import type { StoreErrorCode } from '../../activities/blob-store.ts';

/** See `BlobStore.put`: thrown when nothing was stored. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A file system's error in the store's terms, others as they are. */
export function asStoreError(error: unknown, root: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new StoreError('store-full', `no space left in the store ${root}: make room, then try again`);
}
