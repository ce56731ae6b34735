/** One change of a folder, as the kernel sees it: what Node does in several steps is several operations. */
export type FileOperation =
  /** `keep`: what the file held stays. */
  | { readonly kind: 'create'; readonly path: string; readonly mode: number; readonly keep: boolean }
  | { readonly kind: 'write'; readonly path: string; readonly data: Buffer; readonly position: number }
  | { readonly kind: 'truncate'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly kind: 'mkdir'; readonly path: string; readonly mode: number }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  /** Of a file, of a folder, and of all of the file system. */
  | { readonly kind: 'unlink' | 'rmdir' | 'sync' | 'syncAll'; readonly path: string }
  /** A sync that was said to have failed. */
  | { readonly kind: 'syncFailed' | 'syncAllFailed'; readonly path: string };

/** Whoever decides what becomes of an operation. All of them run in the program that is watched. */
export interface Interceptor {
  /** Whether the path lies in a watched folder. */
  watches(file: string): boolean;
  change<T>(operation: FileOperation, perform: () => Promise<T>): Promise<T>;
  changeNow<T>(operation: FileOperation, perform: () => T): T;
  /** A read: it changes nothing, but a killed program does none either. */
  read<T>(file: string, perform: () => Promise<T>): Promise<T>;
}
