import childProcess from 'node:child_process';
import syncFs from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

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
  | { readonly kind: 'unlink' | 'rmdir' | 'sync' | 'syncAll'; readonly path: string };

/** Whoever decides what becomes of an operation. All of them run in the program that is watched. */
export interface Interceptor {
  /** Whether the path lies in a watched folder. */
  watches(file: string): boolean;
  change<T>(operation: FileOperation, perform: () => Promise<T>): Promise<T>;
  changeNow<T>(operation: FileOperation, perform: () => T): T;
  /** A read: it changes nothing, but a killed program does none either. */
  read<T>(file: string, perform: () => Promise<T>): Promise<T>;
}

const real = { ...fs };
const realNow = { mkdir: syncFs.mkdirSync, open: syncFs.openSync };
const { O_CREAT, O_TRUNC } = syncFs.constants;

/** Puts the interceptor between this program and its disk. Only once a process. */
export async function interceptFiles(by: Interceptor): Promise<void> {
  const handle = await real.open('/dev/null');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const handles = new WeakMap<FileHandle, string>();
  interceptHandles(prototype, handles, by);
  interceptPaths(handles, by);
  interceptReads(by);
  interceptNow(by);
  interceptSync(by);
  syncBuiltinESMExports();
}

function interceptHandles(prototype: FileHandle, paths: WeakMap<FileHandle, string>, by: Interceptor): void {
  const { write, truncate, sync, datasync, read, stat, readFile } = prototype;
  const wrap = (name: string, of: (file: string, handle: FileHandle, given: never[]) => Promise<unknown>): void => {
    const original = (prototype as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>)[name]!;
    Object.assign(prototype, {
      [name](this: FileHandle, ...given: never[]) {
        const file = paths.get(this);
        return file === undefined ? original.apply(this, given) : of(file, this, given);
      },
    });
  };
  wrap('write', (file, handle, given) => {
    const [buffer, offset = 0, length = 0, position = 0] = given as unknown as [Buffer, number?, number?, number?];
    const data = Buffer.from(buffer.subarray(offset, offset + length));
    return by.change({ kind: 'write', path: file, data, position }, () => Reflect.apply(write, handle, given));
  });
  wrap('truncate', (file, handle, [bytes = 0 as never]) =>
    by.change({ kind: 'truncate', path: file, bytes }, () => truncate.call(handle, bytes)),
  );
  wrap('sync', (file, handle) => by.change({ kind: 'sync', path: file }, () => sync.call(handle)));
  wrap('datasync', (file, handle) => by.change({ kind: 'sync', path: file }, () => datasync.call(handle)));
  wrap('read', (file, handle, given) => by.read(file, () => Reflect.apply(read, handle, given)));
  wrap('stat', (file, handle) => by.read(file, () => stat.call(handle)));
  wrap('readFile', (file, handle, given) => by.read(file, () => Reflect.apply(readFile, handle, given)));
}

function interceptPaths(handles: WeakMap<FileHandle, string>, by: Interceptor): void {
  const open = async (given: string, flags: string | number = 'r', mode = 0o666): Promise<FileHandle> => {
    const file = String(given);
    if (!by.watches(file)) return real.open(given, flags, mode);
    let opened: FileHandle | undefined;
    const perform = async (): Promise<FileHandle> => (opened = await real.open(file, flags, mode));
    const create = { kind: 'create', path: file, mode, keep: !truncates(flags) } as const;
    const opening = creates(flags) ? by.change(create, perform) : by.read(file, perform);
    // Whoever was killed meanwhile never heard of it.
    const handle = await opening.catch(async (error: unknown) => {
      await opened?.close();
      throw error;
    });
    handles.set(handle, file);
    return handle;
  };
  const writeFile = async (
    file: string,
    content: string | Uint8Array,
    options: { mode?: number; flush?: boolean; flag?: string } = {},
  ): Promise<void> => {
    if (!by.watches(file)) return real.writeFile(file, content, options);
    const handle = await open(file, options.flag ?? 'w', options.mode);
    try {
      const data = Buffer.from(content);
      if (data.length > 0) await handle.write(data, 0, data.length, 0);
      if (options.flush) await handle.sync();
    } finally {
      await handle.close();
    }
  };
  const mkdir = async (folder: string, options: { recursive?: boolean; mode?: number } = {}) => {
    if (!by.watches(folder)) return real.mkdir(folder, options);
    let first: string | undefined;
    for (const each of missingFolders(folder)) {
      const mode = options.mode ?? 0o777;
      await by.change({ kind: 'mkdir', path: each, mode }, () => real.mkdir(each, { mode, recursive: true }));
      first ??= each;
    }
    return first;
  };
  const unlink = (file: string): Promise<void> =>
    by.watches(file) ? by.change({ kind: 'unlink', path: file }, () => real.unlink(file)) : real.unlink(file);
  const rm = async (file: string, options: { force?: boolean; recursive?: boolean } = {}): Promise<void> => {
    if (!by.watches(file)) return real.rm(file, options);
    const found = await by.read(file, () => real.lstat(file).catch(() => null));
    if (found === null) return options.force ? undefined : real.rm(file, options);
    if (!found.isDirectory()) return unlink(file);
    for (const name of await real.readdir(file)) await rm(path.join(file, name), options);
    return by.change({ kind: 'rmdir', path: file }, () => real.rmdir(file));
  };
  Object.assign(fs, {
    open,
    writeFile,
    mkdir,
    unlink,
    rm,
    async copyFile(from: string, to: string, mode?: number) {
      if (!by.watches(to)) return real.copyFile(from, to, mode);
      const content = await by.read(from, () => real.readFile(from));
      await writeFile(to, content, { flag: mode === undefined ? 'w' : 'wx', mode: 0o600 });
    },
    rename: (from: string, to: string) =>
      by.watches(from)
        ? by.change({ kind: 'rename', path: from, to }, () => real.rename(from, to))
        : real.rename(from, to),
    symlink: (target: string, file: string) =>
      by.watches(file)
        ? by.change({ kind: 'symlink', path: file, target }, () => real.symlink(target, file))
        : real.symlink(target, file),
    chmod: (file: string, mode: number) =>
      by.watches(file)
        ? by.change({ kind: 'chmod', path: file, mode }, () => real.chmod(file, mode))
        : real.chmod(file, mode),
  });
}

function interceptReads(by: Interceptor): void {
  for (const name of ['readFile', 'readdir', 'readlink', 'lstat', 'stat', 'statfs'] as const) {
    const original = real[name] as (file: string, ...rest: unknown[]) => Promise<unknown>;
    Object.assign(fs, {
      [name]: (file: string, ...rest: unknown[]) =>
        by.watches(String(file)) ? by.read(String(file), () => original(file, ...rest)) : original(file, ...rest),
    });
  }
}

function interceptNow(by: Interceptor): void {
  const mkdirSync = (folder: string, options: { recursive?: boolean; mode?: number } = {}): string | undefined => {
    if (!by.watches(folder)) return realNow.mkdir(folder, { ...options, recursive: true });
    const missing = missingFolders(folder);
    const mode = options.mode ?? 0o777;
    for (const each of missing)
      by.changeNow({ kind: 'mkdir', path: each, mode }, () => realNow.mkdir(each, { mode, recursive: true }));
    return missing[0];
  };
  Object.assign(syncFs, { mkdirSync });
}

/** Lets all programs here believe that the machine was started anew. */
export function pretendBoot(id: string): void {
  const { readFileSync } = syncFs;
  Object.assign(syncFs, {
    readFileSync: (file: string, ...rest: never[]): unknown =>
      file === '/proc/sys/kernel/random/boot_id' ? `${id}\n` : readFileSync(file, ...rest),
  });
  syncBuiltinESMExports();
}

/** The command that stands for syncfs(2). */
function interceptSync(by: Interceptor): void {
  const { spawn } = childProcess;
  Object.assign(childProcess, {
    spawn(command: string, args: readonly string[], options: object) {
      const folder = args.at(-1) ?? '';
      if (command !== 'sync' || !by.watches(folder)) return spawn(command, args, options);
      try {
        return by.changeNow({ kind: 'syncAll', path: folder }, () => spawn('true', [], options));
      } catch {
        return spawn('false', [], options);
      }
    },
  });
}

/** Outermost first. */
function missingFolders(folder: string): readonly string[] {
  const missing: string[] = [];
  for (let each = folder; !syncFs.existsSync(each); each = path.dirname(each)) missing.unshift(each);
  return missing;
}

const creates = (flags: string | number): boolean =>
  typeof flags === 'string' ? /^[wa]/.test(flags) : (flags & O_CREAT) !== 0;
const truncates = (flags: string | number): boolean =>
  typeof flags === 'string' ? flags.startsWith('w') && !flags.includes('x') : (flags & O_TRUNC) !== 0;
